using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations;

/// <summary>How a reply reaches a contact who has left the site or the app.</summary>
public sealed class OfflineRulesTests : IAsyncLifetime
{
    private const string Settings = "/api/settings/offline-messages";

    private readonly string _phone = Calls.NewPhone();
    private readonly string _mailbox = MailWorkspace.NewMailbox();
    private Workspace _workspace = null!;
    private string _conversation = string.Empty;
    private string _contact = string.Empty;

    public async ValueTask InitializeAsync()
    {
        _workspace = await Workspace.StartAsync();
        await _workspace.OpenMailboxAsync();
        _conversation = await _workspace.OpenAsync(_phone);
        _contact = (await _workspace.GetAsync($"/api/conversations/{_conversation}")).Word("contactId");
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/contacts/{_contact}", new { name = "王芳", emails = new[] { _mailbox } })).Status);
    }

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task A_contact_who_was_never_on_the_site_is_answered_by_the_channel_that_it_came_by()
    {
        await PreferAsync("email");
        Assert.Equal(("sms", "origin"), await ReplyAsync());
    }

    [Fact]
    public async Task An_offline_contact_is_answered_by_the_preferred_channel_and_an_online_one_is_not()
    {
        await PreferAsync("email", "sms");
        await BeatAsync(true);
        Assert.Equal(("sms", "origin"), await ReplyAsync());
        _workspace.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(("email", "offline"), await ReplyAsync());
        await _workspace.MailgunTellsAsync();

        var mail = Assert.Single(_workspace.Mailgun.Received(_mailbox));
        Assert.Contains("delivered", (await _workspace.MessagesAsync(_conversation))[0].State(), StringComparison.Ordinal);
        await _workspace.MailAsync(_mailbox, "Danke!", more: new MailToWrite { InReplyTo = mail.MessageId });
        Assert.Equal("Danke!", (await _workspace.MessagesAsync(_conversation))[0].Word("text"));
        await BeatAsync(true);
        Assert.Equal(("email", "origin"), await ReplyAsync());
    }

    [Fact]
    public async Task Leaving_is_told_at_once_and_shown()
    {
        await PreferAsync("email");
        await BeatAsync(true);
        Assert.True((await _workspace.GetAsync($"/api/contacts/{_contact}")).GetProperty("online").GetBoolean());
        await BeatAsync(false);
        Assert.False((await _workspace.GetAsync($"/api/contacts/{_contact}")).GetProperty("online").GetBoolean());
        Assert.Equal(("email", "offline"), await ReplyAsync());
    }

    [Fact]
    public async Task A_channel_that_the_contact_has_no_address_for_is_passed_over()
    {
        await PreferAsync("email", "sms");
        await BeatAsync(false);
        await _workspace.CallAsync("PATCH", $"/api/contacts/{_contact}", new { emails = Array.Empty<string>() });
        Assert.Equal(("sms", "offline"), await ReplyAsync());
    }

    [Theory]
    [InlineData(MailMisbehaviour.Complained)]
    [InlineData(MailMisbehaviour.Unsubscribed)]
    [InlineData(MailMisbehaviour.PermanentFail)]
    public async Task Who_has_stopped_the_preferred_channel_is_answered_by_another(string misbehaviour)
    {
        await PreferAsync("email", "sms");
        await BeatAsync(false);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(misbehaviour) { Recipient = _mailbox });
        Assert.Equal(("email", "offline"), await ReplyAsync());
        await _workspace.MailgunTellsAsync();
        Assert.Equal(("sms", "offline"), await ReplyAsync());
        Assert.Single((await _workspace.GetAsync($"/api/suppressions?channelId={_workspace.MailChannelId}&address={_mailbox}")).GetProperty("items").EnumerateArray());

        // The address had no thread of its own so far. Now it gets one, of the same contact, which knows.
        await PreferAsync();
        await _workspace.MailAsync(_mailbox, "Stop that.");
        var mail = Assert.Single(await _workspace.ListAsync($"/api/conversations?channel={_workspace.MailChannelId}"));
        Assert.Equal((_contact, "王芳"), (mail.Word("contactId"), mail.Word("contactName")));
        Assert.Equal("suppressed", (await _workspace.SayAsync(mail.Word("id"), "Sorry.")).Json.State());
    }

    [Fact]
    public async Task An_address_that_is_stopped_before_anything_came_from_it_can_be_written_to_once_that_is_lifted()
    {
        await PreferAsync("email");
        await BeatAsync(false);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Complained) { Recipient = _mailbox });
        await ReplyAsync();
        await _workspace.MailgunTellsAsync();
        var hello = new { contactId = _contact, kind = "email", subject = "Hello", text = "Hello" };
        var stopped = await _workspace.PostAsync("/api/conversations", hello);
        Assert.Equal("suppressed", stopped.State());

        Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/suppressions?channelId={_workspace.MailChannelId}&address={_mailbox}")).Status);
        Assert.Equal("sending", (await _workspace.SayAsync(stopped.Word("conversationId"), "again")).Json.State());
    }

    [Fact]
    public async Task An_answer_to_a_resolved_conversation_joins_the_open_one_where_there_can_be_only_one()
    {
        await PreferAsync("email");
        await BeatAsync(false);
        await ReplyAsync();
        await _workspace.MailgunTellsAsync();
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/conversations/{_conversation}", new { status = "resolved" })).Status);
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.TextAsync(_phone, "Something else");
        var other = Assert.Single(await _workspace.ListAsync("/api/conversations?status=open")).Word("id");
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await _workspace.MailAsync(_mailbox, "To your mail", more: new MailToWrite { InReplyTo = Assert.Single(_workspace.Mailgun.Received(_mailbox)).MessageId });

        Assert.Equal(other, Assert.Single(await _workspace.ListAsync("/api/conversations?status=open")).Word("id"));
        Assert.Equal("To your mail", (await _workspace.MessagesAsync(other))[0].Word("text"));
    }

    [Fact]
    public async Task Mail_in_the_agents_own_name_brings_answers_to_the_team()
    {
        var agent = await _workspace.PostAsync("/api/agents", new { name = "Ann Lee", email = "ann@example.com", role = "agent" });
        using var ann = _workspace.As(agent.Word("token"));
        await _workspace.CallAsync("PUT", Settings, new { email = new { from = "agent", address = MailDemo.Address }, prefer = new[] { "email" } });
        await BeatAsync(false);
        var said = await _workspace.SayAsync(_conversation, "Hi", by: ann);
        var route = said.Json.GetProperty("route");
        Assert.Equal(("ann@example.com", "Ann Lee", MailDemo.Address, "agent"), (route.Word("from"), route.Word("senderName"), route.Word("answerTo"), route.Word("sender")));

        await _workspace.MailgunTellsAsync();
        var mail = Assert.Single(_workspace.Mailgun.Received(_mailbox));
        Assert.Contains("Ann Lee", mail.From, StringComparison.Ordinal);
        Assert.Contains("ann@example.com", mail.From, StringComparison.Ordinal);
        Assert.Contains(MailDemo.Address, Assert.Single(mail.ReplyTo), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_of_a_foreign_domain_writes_in_the_teams_name_because_hosts_would_take_it_for_forged()
    {
        var agent = await _workspace.PostAsync("/api/agents", new { name = "李伟", email = "li@gmail.example", role = "agent" });
        using var li = _workspace.As(agent.Word("token"));
        await _workspace.CallAsync("PUT", Settings, new { email = new { from = "agent" }, prefer = new[] { "email" } });
        await BeatAsync(false);
        var route = (await _workspace.SayAsync(_conversation, "Hi", by: li)).Json.GetProperty("route");
        Assert.Equal((MailDemo.Address, "李伟", "team"), (route.Word("from"), route.Word("senderName"), route.Word("sender")));
    }

    [Fact]
    public async Task A_channel_can_be_asked_for()
    {
        var said = await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages", new { text = "Hi", channelId = _workspace.MailChannelId });
        Assert.Equal((201, "email", "requested"), (said.Status, said.Json.Word("channelKind"), said.Json.GetProperty("route").Word("because")));
        await _workspace.CallAsync("PATCH", $"/api/contacts/{_contact}", new { emails = Array.Empty<string>() });
        var refused = await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages", new { text = "Hi", channelId = _workspace.MailChannelId });
        Assert.Equal((400, true), (refused.Status, refused.Problem.Contains("no address for email", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_rules_say_what_will_not_work_and_refuse_what_makes_no_sense()
    {
        var put = await _workspace.CallAsync("PUT", Settings, new { email = new { from = "team", address = "help@elsewhere.example" }, prefer = new[] { "email" } });
        Assert.Equal(200, put.Status);
        Assert.Contains("help@elsewhere.example", Assert.Single(put.Json.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(412, (await _workspace.CallAsync("PUT", Settings, new { prefer = new[] { "email" } }, ifMatch: "\"7\"")).Status);
        Assert.Equal(200, (await _workspace.CallAsync("PUT", Settings, new { prefer = new[] { "email" } }, ifMatch: put.ETag)).Status);
        Assert.Equal(400, (await _workspace.CallAsync("PUT", Settings, new { prefer = new[] { "pigeon" } })).Status);
        Assert.Equal(400, (await _workspace.CallAsync("PUT", Settings, new { email = new { from = "boss", address = "x" } })).Status);
        Assert.Equal(404, (await _workspace.CallAsync("PUT", "/api/contacts/ct_x/presence", new { online = true })).Status);
        Assert.Equal(400, (await _workspace.CallAsync("PUT", $"/api/contacts/{_contact}/presence", new { })).Status);
    }

    private async Task PreferAsync(params string[] kinds)
    {
        Assert.Equal(200, (await _workspace.CallAsync("PUT", Settings, new { prefer = kinds })).Status);
    }

    private async Task BeatAsync(bool online) => Assert.Equal(204, (await _workspace.CallAsync("PUT", $"/api/contacts/{_contact}/presence", new { online })).Status);

    private async Task<(string Kind, string Because)> ReplyAsync()
    {
        var said = await _workspace.SayAsync(_conversation, "Hi");
        Assert.Equal(201, said.Status);
        return (said.Json.Word("channelKind"), said.Json.GetProperty("route").Word("because"));
    }
}
