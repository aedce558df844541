using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>Mail that is not wanted, and mail and events that come to the wrong URL.</summary>
public sealed class ClosedMailboxTests
{
    private readonly string _mailbox = MailWorkspace.NewMailbox();

    [Fact]
    public async Task While_the_inbound_side_is_off_mail_is_sent_back_and_nothing_is_kept_but_an_audit_line()
    {
        await using var workspace = await StartAsync();
        Assert.Equal(200, (await workspace.CallAsync("PATCH", $"/api/channels/{workspace.MailChannelId}", new { inbound = new { enabled = false } })).Status);
        workspace.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(406, Assert.Single(await workspace.MailAsync(_mailbox, "anybody?")).StatusCode);

        Assert.Empty(await workspace.ConversationsAsync());
        Assert.Empty(await workspace.ListAsync("/api/contacts"));
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        var line = (await workspace.ListAsync("/api/audit"))[0];
        Assert.Equal(("message.turned_away", workspace.MailChannelId), (line.Word("action"), line.Word("subject")));
        Assert.DoesNotContain("anybody", line.GetRawText(), StringComparison.Ordinal);

        await workspace.CallAsync("PATCH", $"/api/channels/{workspace.MailChannelId}", new { inbound = new { enabled = true } });
        workspace.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, Assert.Single(await workspace.MailAsync(_mailbox, "now?")).StatusCode);
    }

    [Fact]
    public async Task An_archived_channel_takes_events_and_no_mail()
    {
        await using var workspace = await StartAsync();
        await workspace.MailAsync(_mailbox, "first");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var id = Assert.Single(await workspace.ConversationsAsync()).Word("id");
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.PermanentFail));
        // The clock stands still, so that Mailgun has yet to tell what became of it.
        Assert.Equal(201, (await workspace.CallAsync("POST", $"/api/conversations/{id}/messages", new { kind = "reply", text = "last words" })).Status);
        Assert.Equal(200, (await workspace.CallAsync("DELETE", $"/api/channels/{workspace.MailChannelId}?archive=true")).Status);
        Assert.Equal(406, Assert.Single(await workspace.MailAsync(_mailbox, "too late")).StatusCode);
        Assert.NotEqual("failed", (await workspace.MessagesAsync(id))[0].State());
        await workspace.MailgunTellsAsync();
        Assert.Equal("failed", (await workspace.MessagesAsync(id))[0].State());
        Assert.Equal(2, (await workspace.MessagesAsync(id)).Count);
    }

    [Theory]
    [InlineData("mimeUrl")]
    [InlineData("url")]
    [InlineData("eventsUrl")]
    public async Task An_unknown_key_is_not_found(string name)
    {
        await using var workspace = await StartAsync();
        var url = (await workspace.MailUrlAsync(name)).Replace("/hooks/", "/hooks/x", StringComparison.Ordinal);
        Assert.Equal(404, (await MailPosts.PostAsync(url, MailPosts.Form(Letter(workspace), workspace.Sign()))).Status);
    }

    [Theory]
    [InlineData("mimeUrl")]
    [InlineData("url")]
    public async Task Events_that_come_to_a_URL_for_mail_are_named(string name)
    {
        await using var workspace = await StartAsync();
        await workspace.MailAsync(_mailbox, "first");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        workspace.Mailgun.SetWebhook(MailDemo.Domain, "accepted", await workspace.MailUrlAsync(name));
        await workspace.SayAsync(Assert.Single(await workspace.ConversationsAsync()).Word("id"), "answer");
        await workspace.MailgunTellsAsync();

        var url = await workspace.MailUrlAsync(name);
        var call = workspace.Mailgun.Calls.First(call => call.Kind == "event" && call.Url == url);
        Assert.Equal(422, call.StatusCode);
        await IsNamedAsync(workspace, call.Answer, "eventsUrl");
    }

    [Fact]
    public async Task Mail_that_comes_to_the_URL_for_events_is_named()
    {
        await using var workspace = await StartAsync();
        workspace.Mailgun.SetRoutes(new SandboxRoute("catch_all()", [$"forward(\"{await workspace.MailUrlAsync("eventsUrl")}\")"]));
        var post = Assert.Single(await workspace.MailAsync(_mailbox, "hello"));
        Assert.Equal(422, post.StatusCode);
        Assert.Empty(await workspace.ConversationsAsync());
        await IsNamedAsync(workspace, post.Calls[0].Answer, "mimeUrl");
    }

    [Theory]
    [InlineData("url", true)]
    [InlineData("mimeUrl", false)]
    public async Task Mail_in_the_other_URLs_form_is_taken_in(string name, bool isRaw)
    {
        await using var workspace = await StartAsync();
        var mime = LetterWriter.Write(_mailbox, new MailToWrite { To = [MailDemo.Address], Subject = "订单", Text = "在哪里？" }, workspace.Time.GetUtcNow());
        var form = MailPosts.Form(isRaw ? MailPosts.Raw(mime, _mailbox) : MailPosts.Parsed(mime, _mailbox), workspace.Sign());
        Assert.Equal(200, (await MailPosts.PostAsync(await workspace.MailUrlAsync(name), form)).Status);

        var message = Assert.Single(await workspace.MessagesAsync(Assert.Single(await workspace.OfMailboxAsync(_mailbox)).Word("id")));
        Assert.Equal(("订单", "在哪里？"), (message.Word("subject"), message.Word("text")));
        await IsNamedAsync(workspace, null, "mimeUrl");
    }

    private static async Task<Workspace> StartAsync()
    {
        var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        return workspace;
    }

    private IReadOnlyList<FormPart> Letter(Workspace workspace) =>
        MailPosts.Raw(LetterWriter.Write(_mailbox, new MailToWrite { To = [MailDemo.Address], Text = "x" }, workspace.Time.GetUtcNow()), _mailbox);

    /// <summary>In the answer, which Mailgun's logs show, and in the audit.</summary>
    private static async Task IsNamedAsync(Workspace workspace, string? answer, string rightUrl)
    {
        if (answer is not null) Assert.Contains(rightUrl, answer, StringComparison.Ordinal);
        var line = Assert.Single(await workspace.ListAsync("/api/audit"), line => line.Word("action") == "callback.misrouted");
        Assert.Equal(workspace.MailChannelId, line.Word("subject"));
        Assert.Contains(rightUrl, line.Word("detail"), StringComparison.Ordinal);
    }
}
