using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Suppressions;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class SuppressionsApiTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private readonly string _mailbox = MailWorkspace.NewMailbox("qq.com");

    private Workspace Workspace => shared.Workspace;

    private string Path => $"/api/suppressions?channelId={Workspace.MailChannelId}&address={_mailbox}";

    [Fact]
    public async Task A_dead_address_is_not_written_to_again_until_somebody_lifts_that_here_and_at_Mailgun()
    {
        var id = await TalkAsync(new MailMisbehaviour(MailMisbehaviour.PermanentFail));
        Assert.Equal("failed", (await Workspace.MessagesAsync(id))[0].State());
        Assert.Equal(("suppressed", "stopped"), await NextAsync(id));
        Assert.Equal("bounce", Assert.Single((await Workspace.GetAsync(Path)).GetProperty("items").EnumerateArray()).Word("reason"));
        Assert.True(Workspace.Mailgun.IsSuppressed(MailDemo.Domain, "bounces", _mailbox));

        var (_, agent) = await Workspace.HireAsync($"Lifts{_mailbox[..6]}");
        Assert.Equal(204, (await agent.CallAsync("DELETE", Path)).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", Path)).Status);
        Assert.False(Workspace.Mailgun.IsSuppressed(MailDemo.Domain, "bounces", _mailbox));
        Assert.False(Assert.Single((await Workspace.GetAsync(Path)).GetProperty("items").EnumerateArray()).GetProperty("stopped").GetBoolean());
        Assert.Equal("sending", (await Workspace.SayAsync(id, "again")).Json.State());
    }

    [Fact]
    public async Task A_refusal_of_QQ_for_now_is_told_in_plain_words_and_kills_no_address()
    {
        var id = await TalkAsync(new MailMisbehaviour(MailMisbehaviour.QqRefusal));
        var error = (await Workspace.MessagesAsync(id))[0].GetProperty("delivery").GetProperty("error");
        Assert.Contains("QQ", error.Word("text"), StringComparison.Ordinal);
        Assert.Empty((await Workspace.GetAsync(Path)).GetProperty("items").EnumerateArray());
        Assert.True(Workspace.Mailgun.IsSuppressed(MailDemo.Domain, "bounces", _mailbox));

        Assert.Equal(204, (await Workspace.CallAsync("DELETE", Path)).Status);
        Assert.False(Workspace.Mailgun.IsSuppressed(MailDemo.Domain, "bounces", _mailbox));
        Assert.Equal("delivered", await RetriedAsync(id));
    }

    [Theory]
    [InlineData(MailMisbehaviour.Complained, "complaint")]
    [InlineData(MailMisbehaviour.Unsubscribed, "unsubscribe")]
    public async Task Whoever_complains_or_unsubscribes_is_not_written_to(string misbehaviour, string reason)
    {
        var id = await TalkAsync(new MailMisbehaviour(misbehaviour));
        var message = (await Workspace.MessagesAsync(id))[0];
        Assert.Equal("delivered", message.State());
        Assert.Contains(message.GetProperty("delivery").GetProperty("history").EnumerateArray(), step => step.GetProperty("event").GetString() == misbehaviour);
        Assert.Equal(reason, Assert.Single((await Workspace.GetAsync(Path)).GetProperty("items").EnumerateArray()).Word("reason"));
        Assert.Equal(("suppressed", "stopped"), await NextAsync(id));
        var (_, agent) = await Workspace.HireAsync($"{reason}{Guid.NewGuid():N}");
        Assert.Equal((403, 204), ((await agent.CallAsync("DELETE", Path)).Status, (await Workspace.CallAsync("DELETE", Path)).Status));
    }

    [Fact]
    public async Task A_delay_is_shown_with_the_other_hosts_words_and_then_the_delivery()
    {
        var id = await TalkAsync(new MailMisbehaviour(MailMisbehaviour.TemporaryFail));
        var delivery = (await Workspace.MessagesAsync(id))[0].GetProperty("delivery");
        Assert.Equal("delivered", delivery.Word("state"));
        Assert.Contains(delivery.GetProperty("history").EnumerateArray(), step => step.Word("state") == "deferred" && step.GetProperty("error").Word("text").Length > 0);
    }

    [Fact]
    public async Task What_comes_back_after_all_was_not_delivered()
    {
        var id = await TalkAsync(new MailMisbehaviour(MailMisbehaviour.DelayedBounce));
        Assert.Equal("failed", (await Workspace.MessagesAsync(id))[0].State());
    }

    [Fact]
    public async Task A_stop_by_text_only_the_contact_lifts()
    {
        var phone = Calls.NewPhone();
        await Workspace.TextAsync(phone, "STOP");
        Assert.Equal(409, (await Workspace.CallAsync("DELETE", $"/api/suppressions?channelId={Workspace.ChannelId}&address={Uri.EscapeDataString(phone)}")).Status);
        Assert.Equal("stop", Assert.Single((await Workspace.GetAsync($"/api/suppressions?channelId={Workspace.ChannelId}&address={phone}")).GetProperty("items").EnumerateArray()).Word("reason"));
    }

    [Fact]
    public async Task Who_tells_an_agent_to_stop_is_not_messaged_until_an_agent_lifts_it()
    {
        var phone = Calls.NewPhone();
        var id = await Workspace.OpenAsync(phone, "hello");
        var (_, agent) = await Workspace.HireAsync($"Notes{phone}");
        var typed = $"{phone[..3]} {phone[3..6]} {phone[6..]}";
        var stopped = await agent.CallAsync("POST", "/api/suppressions", new { address = typed, channelId = Workspace.ChannelId });
        Assert.Equal((200, phone, "manual"), (stopped.Status, stopped.Json.Word("address"), stopped.Json.Word("reason")));
        await agent.CallAsync("POST", "/api/suppressions", new { address = phone, channelId = Workspace.ChannelId, reason = "manual" });
        var path = $"/api/suppressions?channelId={Workspace.ChannelId}&address={phone}";
        Assert.Single(Assert.Single((await Workspace.GetAsync(path)).GetProperty("items").EnumerateArray()).GetProperty("history").EnumerateArray());
        Assert.Equal("suppressed", (await Workspace.SayAsync(id, "an offer")).Json.State());

        Assert.Equal(204, (await agent.CallAsync("DELETE", path)).Status);
        Assert.Equal("sending", (await Workspace.SayAsync(id, "as you asked for it")).Json.State());
    }

    [Fact]
    public async Task A_stop_by_text_is_not_lifted_with_one_that_an_agent_has_noted()
    {
        var phone = Calls.NewPhone();
        await Workspace.CallAsync("POST", "/api/suppressions", new { address = phone, channelId = Workspace.ChannelId });
        await Workspace.TextAsync(phone, "退订");
        Assert.Equal(409, (await Workspace.CallAsync("DELETE", $"/api/suppressions?channelId={Workspace.ChannelId}&address={phone}")).Status);
    }

    [Fact]
    public async Task Where_nothing_stands_there_is_nothing_to_lift()
    {
        var refused = await Workspace.CallAsync("DELETE", $"/api/suppressions?channelId={Workspace.ChannelId}&address={Calls.NewPhone()}");
        Assert.Equal(409, refused.Status);
        Assert.StartsWith("Nothing is known here", refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"address":"+14155550100"}""", "channelId")]
    [InlineData("""{"address":"+14155550100","channelId":"ch_nonsense"}""", "channelId")]
    [InlineData("""{"channelId":"{mail}"}""", "address")]
    [InlineData("""{"address":"+14155550100","channelId":"{mail}"}""", "address")]
    [InlineData("""{"address":"fang@example.com","channelId":"{sms}"}""", "address")]
    [InlineData("""{"address":"fang@example.com","channelId":"{mail}","reason":"complaint"}""", "reason")]
    public async Task What_can_not_be_noted_is_refused_by_name(string body, string field)
    {
        var json = body.Replace("{mail}", Workspace.MailChannelId, StringComparison.Ordinal).Replace("{sms}", Workspace.ChannelId, StringComparison.Ordinal);
        var refused = await Workspace.CallAsync("POST", "/api/suppressions", System.Text.Json.JsonDocument.Parse(json).RootElement);
        Assert.Equal((400, field), (refused.Status, Assert.Single(refused.Json.GetProperty("errors").EnumerateObject()).Name));
    }

    [Theory]
    [InlineData("/api/suppressions")]
    [InlineData("/api/suppressions?address=a@b.example")]
    [InlineData("/api/suppressions?address=a@b.example&channelId=ch_nonsense")]
    [InlineData("/api/suppressions?address=%00&channelId={mail}")]
    public async Task What_it_is_about_must_be_said(string path)
    {
        path = path.Replace("{mail}", Workspace.MailChannelId, StringComparison.Ordinal);
        Assert.Equal((400, 400), ((await Workspace.CallAsync("GET", path)).Status, (await Workspace.CallAsync("DELETE", path)).Status));
    }

    [Theory]
    [InlineData(MailMisbehaviour.Complained, "complaint")]
    [InlineData(MailMisbehaviour.PermanentFail, "bounce")]
    public async Task What_the_address_says_to_which_answers_go_holds_for_whoever_sends_them_there(string misbehaviour, string reason)
    {
        var answerTo = MailWorkspace.NewMailbox("elsewhere.example");
        var id = await TalkAsync(new MailMisbehaviour(misbehaviour), answerTo);

        Assert.Equal(reason, Assert.Single((await Workspace.GetAsync($"/api/suppressions?channelId={Workspace.MailChannelId}&address={answerTo}")).GetProperty("items").EnumerateArray()).Word("reason"));
        var next = (await Workspace.SayAsync(id, "one more")).Json;
        Assert.Equal("suppressed", next.State());
        Assert.Contains($"Not sent to {answerTo}", next.GetProperty("delivery").GetProperty("error").Word("text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_complains_while_an_agent_lifts_a_bounce_stays_stopped()
    {
        var (consents, at) = (Workspace.Services.GetRequiredService<Consents>(), Workspace.Time.GetUtcNow());
        await consents.ApplyAsync(Workspace.MailChannelId, _mailbox, new ConsentChange(true, "provider", "605", null, at, SuppressionReasons.Bounce), default);
        await consents.ApplyAsync(Workspace.MailChannelId, _mailbox, new ConsentChange(true, "provider", "607", null, at, SuppressionReasons.Complaint), default);
        var lifted = new ConsentChange(false, "agent", "lifted", null, at, SuppressionReasons.Manual);

        Assert.False(await consents.ApplyAsync(Workspace.MailChannelId, _mailbox, lifted, consent => consent.Stops.All(stop => stop.Reason == SuppressionReasons.Bounce), default));
        Assert.True((await consents.OfAsync(Workspace.MailChannelId, _mailbox, default))!.Stopped);
    }

    private async Task<string> TalkAsync(MailMisbehaviour misbehaviour, string? answerTo = null)
    {
        await Workspace.MailAsync(_mailbox, "Hello", more: new MailToWrite { Headers = answerTo is null ? [] : [new("Reply-To", answerTo)] });
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var id = Assert.Single(await Workspace.ListAsync($"/api/conversations?q={_mailbox}")).Word("id");
        Workspace.Mailgun.Misbehave(misbehaviour with { Recipient = answerTo ?? _mailbox });
        Assert.Equal(201, (await Workspace.SayAsync(id, "our answer")).Status);
        await Workspace.MailgunTellsAsync();
        return id;
    }

    private async Task<(string State, string Code)> NextAsync(string id)
    {
        var said = await Workspace.SayAsync(id, "one more");
        return (said.Json.State(), said.Json.GetProperty("delivery").GetProperty("error").Word("code"));
    }

    private async Task<string> RetriedAsync(string id)
    {
        var message = (await Workspace.MessagesAsync(id))[0].Word("id");
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/conversations/{id}/messages/{message}/retry", new { })).Status);
        await Workspace.MailgunTellsAsync();
        return (await Workspace.MessagesAsync(id))[0].State();
    }
}
