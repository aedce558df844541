using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Sends whose outcome nobody was told: found, sent again, or left to a person; never sent twice.</summary>
public sealed class ReconciliationTests
{
    private const string Phone = "+8613800001111";

    private static readonly Misbehaviour Lost = new(Misbehaviour.ResetAfterAccept);
    private static readonly Misbehaviour NotReached = new(Misbehaviour.ResetBeforeAccept);
    private static readonly Misbehaviour Silent = new(Misbehaviour.DropCallbacks);

    [Fact]
    public async Task A_send_whose_answer_is_lost_is_found_at_Twilio()
    {
        await using var workspace = await TalkAsync();
        workspace.Twilio.Misbehave(Lost, Silent);
        Assert.Equal("unknown", (await ReplyAsync(workspace, "明天到。")).State());
        await workspace.PassAsync(TimeSpan.FromMinutes(4));

        var message = Assert.Single(await OutboundAsync(workspace));
        Assert.Equal("delivered", message.State());
        Assert.Equal(Assert.Single(workspace.Twilio.Received(Phone)).Sid, message.GetProperty("providerId").GetString());
        Assert.Equal(1, Posts(workspace));
    }

    [Fact]
    public async Task A_send_whose_answer_is_lost_is_settled_by_its_callbacks_without_asking()
    {
        await using var workspace = await TalkAsync();
        workspace.Twilio.Misbehave(Lost);
        await ReplyAsync(workspace, "明天到。");
        await workspace.PassAsync(TimeSpan.FromMinutes(4));

        Assert.Equal("delivered", Assert.Single(await OutboundAsync(workspace)).State());
        Assert.Equal(1, Posts(workspace));
        Assert.DoesNotContain(workspace.Twilio.Requests, request => request.Method == "GET" && request.Path.Contains("To=%2B8613800001111", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_send_that_never_reached_Twilio_is_sent_again_once_it_is_known_to_be_missing()
    {
        await using var workspace = await TalkAsync();
        workspace.Twilio.Misbehave(NotReached);
        await ReplyAsync(workspace, "明天到。");
        workspace.Time.Advance(TimeSpan.FromSeconds(100));
        await workspace.DrainAsync();
        Assert.Equal(1, Posts(workspace));
        await workspace.PassAsync(TimeSpan.FromMinutes(4));

        Assert.Equal("delivered", Assert.Single(await OutboundAsync(workspace)).State());
        Assert.Single(workspace.Twilio.Received(Phone));
        Assert.Equal(2, Posts(workspace));
    }

    [Fact]
    public async Task A_send_that_is_missing_twice_waits_for_a_person()
    {
        await using var workspace = await TalkAsync();
        workspace.Twilio.Misbehave(NotReached, NotReached);
        await ReplyAsync(workspace, "明天到。");
        await workspace.PassAsync(TimeSpan.FromHours(2));
        var message = Assert.Single(await OutboundAsync(workspace));
        Assert.Equal("unknown", message.State());
        Assert.Equal(2, Posts(workspace));

        await workspace.PostAsync($"/api/conversations/{message.GetProperty("conversationId")}/messages/{message.GetProperty("id")}/retry", new { }, HttpStatusCode.OK);
        await workspace.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("delivered", Assert.Single(await OutboundAsync(workspace)).State());
        Assert.Single(workspace.Twilio.Received(Phone));
    }

    [Fact]
    public async Task A_mail_whose_second_attempt_has_no_answer_is_found_though_the_first_bore_the_same_id()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var mailbox = MailWorkspace.NewMailbox();
        await workspace.MailAsync(mailbox, "你好");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var conversation = Assert.Single(await workspace.ConversationsAsync()).Word("id");
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.TemporaryFail) { Recipient = mailbox, Then = "permanent" });
        var said = await workspace.SayAsync(conversation, "明天到。");
        await workspace.MailgunTellsAsync();
        Assert.Equal("failed", Assert.Single(await OutboundAsync(workspace)).State());

        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.ServerErrorAfterAccept), new MailMisbehaviour(MailMisbehaviour.DropEvents) { Recipient = mailbox });
        await workspace.CallAsync("POST", $"{said.Location}/retry");
        await workspace.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("delivered", Assert.Single(await OutboundAsync(workspace)).State());
        Assert.Single(workspace.Mailgun.Received(mailbox));
    }

    [Fact]
    public async Task Callbacks_that_overtake_the_answer_are_not_undone_by_it()
    {
        await using var workspace = await TalkAsync(new SandboxOptions { SentAfter = TimeSpan.Zero, DeliveredAfter = TimeSpan.Zero });
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.CallbackBeforeAnswer));
        await ReplyAsync(workspace, "明天到。");

        var message = Assert.Single(await OutboundAsync(workspace));
        Assert.Equal("delivered", message.State());
        Assert.Equal(Assert.Single(workspace.Twilio.Received(Phone)).Sid, message.GetProperty("providerId").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_equal_texts_that_are_both_unknown_find_each_its_own(bool atOnce)
    {
        await using var workspace = await TalkAsync();
        workspace.Twilio.Misbehave(Lost, Lost, Silent, Silent);
        await ReplyAsync(workspace, "好");
        await ReplyAsync(workspace, "好");
        if (atOnce) await WorkAtOnceAsync(workspace);
        await workspace.PassAsync(TimeSpan.FromMinutes(6));

        var found = (await OutboundAsync(workspace)).Select(message => message.GetProperty("providerId").GetString());
        Assert.Equal(workspace.Twilio.Received(Phone).Select(text => text.Sid).Order(), found.Order());
        Assert.Equal(2, Posts(workspace));
    }

    [Fact]
    public async Task A_claim_that_is_held_by_a_live_process_is_not_taken_from_it()
    {
        var timing = new Timing { ProviderCall = TimeSpan.FromSeconds(85) };
        await using var workspace = await TalkAsync(new SandboxOptions { SentAfter = TimeSpan.FromSeconds(70), DeliveredAfter = TimeSpan.Zero }, timing);
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.CallbackBeforeAnswer));
        var reply = ReplyAsync(workspace, "明天到。");
        while (!workspace.Twilio.Messages().Any(message => message.To == Phone)) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        await AdvanceAsync(workspace, 65);
        Assert.True(await workspace.DrainAsync());
        Assert.Single(workspace.Twilio.Messages(), message => message.To == Phone);
        Assert.False(reply.IsCompleted);

        await AdvanceAsync(workspace, 10);
        await reply;
        await workspace.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("delivered", Assert.Single(await OutboundAsync(workspace)).State());
        Assert.Equal(1, Posts(workspace));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_that_only_Twilio_knows_fails_the_answer_and_keeps_back_the_next(bool atSend)
    {
        await using var workspace = await TalkAsync();
        if (atSend)
        {
            workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.MissInbound));
            await workspace.TextAsync(Phone, "STOP");
        }
        else workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610));

        await ReplyAsync(workspace, "明天到。");
        await workspace.TwilioTellsAsync();
        var message = Assert.Single(await OutboundAsync(workspace));
        Assert.Equal("failed", message.State());
        Assert.Equal("21610", message.GetProperty("delivery").GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("suppressed", (await ReplyAsync(workspace, "在吗？")).State());
        Assert.Equal(1, Posts(workspace));
    }

    /// <summary>A contact has written.</summary>
    private static async Task<Workspace> TalkAsync(SandboxOptions? sandbox = null, Timing? timing = null)
    {
        var workspace = await Workspace.StartAsync(timing: timing, sandbox: sandbox);
        await workspace.TextAsync(Phone, "你好");
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return workspace;
    }

    private static async Task<JsonElement> ReplyAsync(Workspace workspace, string text)
    {
        using var answer = await workspace.ReplyAsync(await OnlyConversationAsync(workspace), text);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<IReadOnlyList<JsonElement>> OutboundAsync(Workspace workspace) =>
        [.. (await workspace.MessagesAsync(await OnlyConversationAsync(workspace))).Where(message => message.GetProperty("direction").GetString() == "outbound")];

    private static async Task<string> OnlyConversationAsync(Workspace workspace) =>
        Assert.Single(await workspace.ConversationsAsync()).GetProperty("id").GetString()!;

    private static int Posts(Workspace workspace) =>
        workspace.Twilio.Requests.Count(request => request.Method == "POST" && request.Path.EndsWith("/Messages.json", StringComparison.Ordinal));

    // In small steps: who begins to wait a moment late is a second late, not a minute.
    private static async Task AdvanceAsync(Workspace workspace, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            workspace.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>As a pump does that has taken both.</summary>
    private static async Task WorkAtOnceAsync(Workspace workspace)
    {
        workspace.Time.Advance(TimeSpan.FromSeconds(40));
        var runner = workspace.Services.GetRequiredService<WorkRunner>();
        var messages = await workspace.Store.DequeueAsync(Queues.Work, 16, TimeSpan.FromMinutes(1), default);
        Assert.Equal(2, messages.Count);
        await Task.WhenAll(messages.Select(message => runner.RunAsync(message.Text, message.DequeueCount, default)));
        await Task.WhenAll(messages.Select(message => workspace.Store.DeleteAsync(Queues.Work, message.Receipt, default)));
    }
}
