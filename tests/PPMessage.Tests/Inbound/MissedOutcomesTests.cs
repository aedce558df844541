using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Inbound;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Inbound;

/// <summary>What became of a message, when no status callback told it: Twilio is asked.</summary>
public sealed partial class MissedOutcomesTests : IAsyncLifetime
{
    private static readonly Misbehaviour Silent = new(Misbehaviour.DropCallbacks);
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(13);

    private readonly string _phone = Calls.NewPhone();
    private Workspace _workspace = null!;
    private string _conversation = string.Empty;

    public async ValueTask InitializeAsync() => await StartAsync(new SandboxOptions());

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Theory]
    [InlineData("undelivered", 30003, "failed")]
    [InlineData("failed", 30008, "failed")]
    [InlineData("delivered", null, "delivered")]
    public async Task An_outcome_whose_callbacks_never_came_is_caught_up_once_and_told(string word, int? code, string state)
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final(word, code), Silent);
        var message = await SayAsync();
        Assert.Equal("sending", await StateAsync());
        var cursor = await FeedAsync();

        await _workspace.PassAsync(TimeSpan.FromMinutes(21));
        await LaterAsync(TimeSpan.FromHours(26));

        Assert.Equal(state, await StateAsync());
        var delivery = (await LastAsync()).GetProperty("delivery");
        Assert.Equal(code?.ToString(), code is null ? null : delivery.GetProperty("error").Word("code"));
        Assert.Single(delivery.GetProperty("history").EnumerateArray(), step => step.Word("state") == state);
        Assert.Equal([message], await DeliveriesToldAsync(cursor));
    }

    [Fact]
    public async Task What_callbacks_have_told_is_read_once_and_neither_written_nor_told_again()
    {
        await LaterAsync(LongEnough * 2);
        await SayAsync();
        _workspace.Time.Advance(TimeSpan.FromMinutes(1));
        var (before, cursor) = (await LastAsync(), await FeedAsync());
        var calls = (await CallsOfAsync(() => LaterAsync(LongEnough))).Where(call => call.Contains("Threads", StringComparison.Ordinal)).ToList();
        await LaterAsync(TimeSpan.FromHours(26));

        Assert.Equal(["read", "range"], calls.Select(call => call.Split(' ')[0]));
        Assert.Equal("delivered", before.State());
        Assert.Equal(before.GetRawText(), (await LastAsync()).GetRawText());
        Assert.Empty(await DeliveriesToldAsync(cursor));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_an_earlier_attempt_is_not_that_of_the_current_one(bool found)
    {
        // Found by asking: then no word of Twilio's is kept that says whose id it was.
        if (found) _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept), Silent);
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003));
        var message = await SayAsync();
        if (found) await _workspace.PassAsync(TimeSpan.FromMinutes(4));
        Assert.Equal("failed", await StateAsync());
        _workspace.Twilio.Misbehave(Misbehaviour.Final("sent"), Silent);
        await RetryAsync(message);
        await LaterAsync(LongEnough);
        Assert.Equal(("sending", 2), (await StateAsync(), (await LastAsync()).GetProperty("delivery").GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task The_outcome_of_a_second_attempt_is_caught_up_as_the_second_ones()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        var message = await SayAsync();
        await LaterAsync(LongEnough);
        Assert.Equal("failed", await StateAsync());
        _workspace.Twilio.Misbehave(Silent);
        await RetryAsync(message);
        Assert.Equal("sending", await StateAsync());
        await LaterAsync(LongEnough);

        var delivery = (await LastAsync()).GetProperty("delivery");
        Assert.Equal(("delivered", 2), (delivery.Word("state"), delivery.GetProperty("attempt").GetInt32()));
        Assert.Equal([("failed", 1), ("delivered", 2)], delivery.GetProperty("history").EnumerateArray()
            .Where(step => step.Word("state") is "failed" or "delivered").Select(step => (step.Word("state"), step.GetProperty("attempt").GetInt32())));
    }

    [Fact]
    public async Task What_somebody_else_sent_by_the_number_changes_nothing()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610), Silent);
        await SendForeignAsync(_phone);
        await _workspace.TwilioTellsAsync();
        var calls = await CallsOfAsync(() => LaterAsync(LongEnough));

        Assert.DoesNotContain(calls, call => call.StartsWith("commit", StringComparison.Ordinal) && !call.Contains("Config", StringComparison.Ordinal));
        Assert.Single(await _workspace.MessagesAsync(_conversation));
        Assert.Equal("sending", (await _workspace.SayAsync(_conversation, "明天到。")).Json.State());
    }

    [Fact]
    public async Task A_list_of_several_pages_is_read_to_its_end()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        await SayAsync();
        for (var i = 0; i < 250; i++) await SendForeignAsync(Calls.NewPhone());
        await _workspace.TwilioTellsAsync();
        await LaterAsync(LongEnough);
        Assert.Equal("failed", await StateAsync());
    }

    [Fact]
    public async Task What_is_too_young_to_be_asked_for_is_not_listed()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        await SayAsync();
        await LaterAsync(LongEnough / 2);
        _workspace.Time.Advance(LongEnough / 2);
        for (var i = 0; i < 450; i++) await SendForeignAsync(Calls.NewPhone());
        await _workspace.TwilioTellsAsync();
        var before = _workspace.Twilio.Requests.Count;
        await CatchUp.RunAsync(_workspace);

        Assert.Equal("failed", await StateAsync());
        Assert.Single(_workspace.Twilio.Requests.Skip(before), request => request.Method == "GET" && request.Path.Contains("?From=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_that_Twilio_never_sent_is_found_within_three_quarters_of_an_hour()
    {
        await _workspace.DisposeAsync();
        await StartAsync(new SandboxOptions { SentAfter = TimeSpan.FromHours(3) });
        await _workspace.SayAsync(_conversation, "明天到。");
        await CancelForeignAsync();
        for (var i = 0; i < 9; i++)
        {
            _workspace.Time.Advance(TimeSpan.FromMinutes(5));
            await CatchUp.RunAsync(_workspace);
        }

        Assert.Equal("failed", await StateAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Channels_that_take_no_messages_learn_what_became_of_those_they_sent(bool archived)
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        await SayAsync();
        var path = $"/api/channels/{_workspace.ChannelId}";
        var done = archived ? await _workspace.CallAsync("DELETE", path + "?archive=true") : await _workspace.CallAsync("PATCH", path, new { inbound = new { enabled = false } });
        Assert.Equal(200, done.Status);
        await LaterAsync(LongEnough);
        Assert.Equal("failed", await StateAsync());

        await LaterAsync(TimeSpan.FromHours(26));
        await LaterAsync(TimeSpan.FromHours(26));
        await LaterAsync(TimeSpan.FromHours(26));
        var before = _workspace.Twilio.Requests.Count;
        await LaterAsync(TimeSpan.FromHours(2));
        Assert.Equal(archived, _workspace.Twilio.Requests.Count == before);
    }

    [Fact]
    public async Task A_stop_that_only_an_outcome_tells_of_keeps_back_the_next_and_is_told_once()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610), Silent);
        await SayAsync();
        await LaterAsync(LongEnough);
        Assert.Equal("failed", await StateAsync());
        Assert.Equal("suppressed", (await _workspace.SayAsync(_conversation, "在吗？")).Json.State());

        await _workspace.TextAsync(_phone, "START");
        await LaterAsync(TimeSpan.FromHours(26));
        Assert.Equal("sending", (await _workspace.SayAsync(_conversation, "在吗？")).Json.State());
    }

    [Fact]
    public async Task A_stop_that_is_heard_of_after_it_was_lifted_stops_nobody()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610), Silent);
        var message = await SayAsync();
        await _workspace.TextAsync(_phone, "STOP");
        _workspace.Time.Advance(TimeSpan.FromMinutes(5));
        await _workspace.TextAsync(_phone, "START");
        await LaterAsync(LongEnough);
        Assert.Equal("failed", (await _workspace.GetAsync($"/api/conversations/{_conversation}/messages/{message}")).State());
        Assert.Equal("sending", (await _workspace.SayAsync(_conversation, "在吗？")).Json.State());
    }

    [Fact]
    public async Task What_left_by_another_channel_is_the_other_ones_to_look_after()
    {
        _workspace.Twilio.Misbehave(Misbehaviour.Final("failed", 21610), Silent);
        await SayAsync();
        var sent = _workspace.Twilio.Messages().Last(message => message.To == _phone);
        var report = new DeliveryReport(null, null, null, sent.Sid, _phone, "failed", "failed", "21610", null, "stop", _workspace.Time.GetUtcNow());
        var inbound = _workspace.Services.GetRequiredService<InboundRoot>();
        var own = (await _workspace.Services.GetRequiredService<ChannelDirectory>().FindAsync(_workspace.ChannelId, default))!;

        Assert.False(await inbound.SettleAsync(own with { Id = "ch_01KANDTGG00000000000000000" }, report, _workspace.Time.GetUtcNow(), default));
        Assert.True(await inbound.SettleAsync(own, report, _workspace.Time.GetUtcNow(), default));
    }

    [Fact]
    public async Task An_outcome_that_takes_hours_is_caught_up_by_the_second_look()
    {
        await _workspace.DisposeAsync();
        await StartAsync(new SandboxOptions { SentAfter = TimeSpan.FromHours(3), DeliveredAfter = TimeSpan.FromHours(2) });
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        await _workspace.SayAsync(_conversation, "明天到。");
        await UntilAsync("queued", LongEnough);
        await UntilAsync("sent", TimeSpan.FromHours(3));
        await UntilAsync("sent", LongEnough);
        await UntilAsync("undelivered", TimeSpan.FromHours(3));
        Assert.Equal("sending", await StateAsync());
        await UntilAsync("undelivered", TimeSpan.FromHours(23));
        Assert.Equal("failed", await StateAsync());
    }

    [Fact]
    public async Task A_text_that_off_line_rules_sent_out_of_a_conversation_by_mail_has_its_outcome_too()
    {
        await _workspace.OpenMailboxAsync();
        var mailbox = MailWorkspace.NewMailbox();
        await _workspace.MailAsync(mailbox, "你好");
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
        _conversation = Assert.Single(await _workspace.OfMailboxAsync(mailbox)).Word("id");
        var contact = (await _workspace.GetAsync($"/api/conversations/{_conversation}")).Word("contactId");
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { phones = new[] { Calls.NewPhone() } })).Status);
        _workspace.Twilio.Misbehave(Misbehaviour.Final("undelivered", 30003), Silent);
        var said = await _workspace.CallAsync("POST", $"/api/conversations/{_conversation}/messages", new { text = "明天到。", channelId = _workspace.ChannelId });
        Assert.Equal((201, "sms"), (said.Status, said.Json.Word("channelKind")));
        await _workspace.TwilioTellsAsync();
        await LaterAsync(LongEnough);
        Assert.Equal("failed", await StateAsync());
    }
}
