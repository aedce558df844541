using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>What is believed of whom, seen from outside: Mailgun's answer, and what people see of it afterwards.</summary>
public sealed class MailSignatureEndToEndTests
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    [Fact]
    public async Task A_wrong_signature_is_put_off_until_the_key_was_proven_right_and_again_after_the_key_has_changed()
    {
        await using var workspace = await StartAsync();
        Assert.Equal(503, await WronglySignedAsync(workspace));
        Assert.Equal(200, await MailAsync(workspace, "right"));
        Assert.Equal(406, await WronglySignedAsync(workspace));

        const string NewKey = "key-of-another-account";
        Assert.Equal(200, (await workspace.CallAsync("PATCH", $"/api/channels/{workspace.MailChannelId}", new { secrets = new { webhookSigningKey = NewKey } })).Status);
        workspace.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(503, await MailAsync(workspace, "signed with the key from before"));
        workspace.Mailgun.SignWith(NewKey);
        Assert.Equal(200, await MailAsync(workspace, "right again"));
        Assert.Equal(406, await WronglySignedAsync(workspace));
        Assert.Equal(["right again", "right"], await TextsAsync(workspace));
    }

    [Theory]
    [InlineData("timestamp")]
    [InlineData("token")]
    [InlineData("signature")]
    public async Task Without_a_signature_nothing_is_taken(string missing)
    {
        await using var workspace = await StartAsync();
        var signature = workspace.Sign();
        var without = missing switch { "timestamp" => signature with { Timestamp = "" }, "token" => signature with { Token = "" }, _ => signature with { Signature = "" } };
        Assert.Equal(406, (await MailPosts.PostAsync(await workspace.MailUrlAsync(), MailPosts.Form(Letter(workspace, "x"), without))).Status);
        Assert.Empty(await workspace.ConversationsAsync());
    }

    [Theory]
    [InlineData(25, 406)]
    [InlineData(8, 200)]
    public async Task A_repetition_comes_late_and_a_replay_later(int hours, int status)
    {
        await using var workspace = await StartAsync();
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.OldTimestamp) { By = TimeSpan.FromHours(hours) });
        Assert.Equal(status, await MailAsync(workspace, "late"));
        Assert.Equal(status == 200 ? 1 : 0, (await workspace.ConversationsAsync()).Count);
    }

    [Fact]
    public async Task Another_mail_under_a_used_token_is_kept_for_people_to_look_at_and_is_no_message()
    {
        await using var workspace = await StartAsync();
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.OtherBodySameToken) { Message = "伪造的" });
        var posts = await workspace.MailAsync(_mailbox, "真的");
        Assert.Equal([200, 200], posts.Select(post => post.StatusCode));
        await workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["真的"], await TextsAsync(workspace));
        await ForgedIsKeptAsync(workspace, "伪造的");
    }

    [Fact]
    public async Task Another_mail_under_a_used_token_is_no_message_though_the_process_dies_before_it_has_looked_at_the_token()
    {
        await using var workspace = await StartAsync();
        var at = await CallOfAsync(workspace, "enqueue");
        var signature = workspace.Sign();
        var url = await workspace.MailUrlAsync();
        Assert.Equal(200, (await MailPosts.PostAsync(url, MailPosts.Form(Letter(workspace, "真的"), signature))).Status);
        workspace.Suffer(new FaultPlan(new Strike(at, Fault.DiesAfter)));
        Assert.Equal(0, (await MailPosts.PostAsync(url, MailPosts.Form(Letter(workspace, "伪造的"), signature))).Status);
        await workspace.ReviveAsync();
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        await workspace.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(["真的"], await TextsAsync(workspace));
        await ForgedIsKeptAsync(workspace, "伪造的");
    }

    [Fact]
    public async Task Of_two_mails_under_one_token_the_first_that_is_acted_on_counts_and_the_other_is_kept()
    {
        await using var workspace = await StartAsync();
        var at = await CallOfAsync(workspace, "enqueue");
        var signature = workspace.Sign();
        var url = await workspace.MailUrlAsync();
        workspace.Suffer(new FaultPlan(new Strike(at, Fault.DiesAfter)));
        Assert.Equal(0, (await MailPosts.PostAsync(url, MailPosts.Form(Letter(workspace, "一"), signature))).Status);
        await workspace.ReviveAsync();
        Assert.Equal(200, (await MailPosts.PostAsync(url, MailPosts.Form(Letter(workspace, "二"), signature))).Status);
        await workspace.PassAsync(TimeSpan.FromMinutes(3));

        Assert.Equal(["二"], await TextsAsync(workspace));
        await ForgedIsKeptAsync(workspace, "一");
    }

    private async Task<Workspace> StartAsync()
    {
        var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        return workspace;
    }

    private async Task<int?> MailAsync(Workspace workspace, string text)
    {
        workspace.Time.Advance(TimeSpan.FromSeconds(10));
        return Assert.Single(await workspace.MailAsync(_mailbox, text)).StatusCode;
    }

    private Task<int?> WronglySignedAsync(Workspace workspace)
    {
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.WrongSignature));
        return MailAsync(workspace, "wrong");
    }

    /// <summary>Its text is its subject, too.</summary>
    private IReadOnlyList<FormPart> Letter(Workspace workspace, string text)
    {
        var mime = LetterWriter.Write(_mailbox, new MailToWrite { To = [MailDemo.Address], Subject = text, Text = text }, workspace.Time.GetUtcNow());
        return [new("subject", text), .. MailPosts.Raw(mime, _mailbox).Where(part => part.Name != "subject")];
    }

    /// <summary>Which of the app's calls it is, counted from 1, once everything is warm.</summary>
    private static async Task<int> CallOfAsync(Workspace workspace, string name)
    {
        await workspace.MailAsync("warm@example.org", "warm");
        var plan = new FaultPlan();
        workspace.Suffer(plan);
        await workspace.MailAsync("warm@example.org", "warm again");
        workspace.Suffer(null);
        return plan.Calls.ToList().IndexOf(name) + 1;
    }

    private async Task<IEnumerable<string>> TextsAsync(Workspace workspace) =>
        (await workspace.MessagesAsync(Assert.Single(await workspace.OfMailboxAsync(_mailbox)).Word("id"))).Select(message => message.Word("text"));

    private static async Task ForgedIsKeptAsync(Workspace workspace, string subject)
    {
        var letter = Assert.Single(await workspace.ListAsync("/api/dead-letters"));
        Assert.Equal("callback", letter.Word("kind"));
        Assert.Contains("token was used before", letter.Word("reason"), StringComparison.Ordinal);
        var mail = letter.GetProperty("payload");
        Assert.Equal((workspace.MailChannelId, subject), (mail.Word("channelId"), mail.GetProperty("fields").Word("subject")));
        Assert.NotEmpty(mail.Word("text"));
    }
}
