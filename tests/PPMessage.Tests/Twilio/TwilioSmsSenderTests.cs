using PPMessage.Channels;
using PPMessage.Local.Sandbox;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioSmsSenderTests : IAsyncLifetime
{
    private const string Phone = "+14155550123";
    private const string Service = "MG00000000000000000000000000000009";
    private const string MessageId = "msg_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";
    private const string ConversationId = "cv_01KANDTGG00000000000000000ABCDEFGHJKMNPQRSTVWXYZ0123";

    private TwilioApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TwilioApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_message_leaves_by_the_channels_number_and_names_itself_in_the_status_callback()
    {
        var outcome = await SendAsync(await _app.ChannelAsync(), Message(text: "Grüße, 您好 👍 & so + on"));

        var accepted = Assert.IsType<SendOutcome.Accepted>(outcome);
        Assert.Equal(DeliveryStates.Sending, accepted.State);
        var sent = _app.Sandbox.Message(accepted.ProviderId)!;
        Assert.Equal(("Grüße, 您好 👍 & so + on", Demo.Number, Phone), (sent.Body, sent.From, sent.To));
        Assert.Equal($"{_app.BaseUrl}/hooks/{TwilioApp.HookKey}/sms/status?m={MessageId}&c={ConversationId}&a=1#rc=3&rp=all&rt=4000", sent.StatusCallback);
    }

    [Fact]
    public async Task A_campaigns_message_names_its_recipient_of_the_campaign_too()
    {
        var outcome = await SendAsync(await _app.ChannelAsync(), Message() with { Campaign = new CampaignMark("cmp1.2_7.ABC", new Uri("https://us.example.com/u"), Tracks: true) });

        var sent = _app.Sandbox.Message(Assert.IsType<SendOutcome.Accepted>(outcome).ProviderId)!;
        Assert.Equal($"{_app.BaseUrl}/hooks/{TwilioApp.HookKey}/sms/status?m={MessageId}&c={ConversationId}&a=1&k=cmp1.2_7.ABC#rc=3&rp=all&rt=4000", sent.StatusCallback);
    }

    [Fact]
    public async Task A_message_leaves_by_the_number_that_the_contact_wrote_to()
    {
        var outcome = await SendAsync(await _app.ChannelAsync(), Message() with { From = Demo.SecondNumber });

        Assert.Equal(Demo.SecondNumber, _app.Sandbox.Message(Assert.IsType<SendOutcome.Accepted>(outcome).ProviderId)!.From);
    }

    [Fact]
    public async Task With_a_service_the_contact_still_gets_it_from_the_number_that_it_knows()
    {
        var channel = await ServiceChannelAsync();

        var outcome = await SendAsync(channel, Message() with { From = Demo.SecondNumber });

        await _app.Sandbox.SettleAsync();
        var sent = _app.Sandbox.Message(Assert.IsType<SendOutcome.Accepted>(outcome).ProviderId)!;
        Assert.Equal((Service, Demo.SecondNumber), (sent.MessagingServiceSid, sent.From));
    }

    [Fact]
    public async Task With_a_service_alone_the_service_chooses()
    {
        var outcome = await SendAsync(await ServiceChannelAsync(), Message());

        await _app.Sandbox.SettleAsync();
        Assert.NotNull(_app.Sandbox.Message(Assert.IsType<SendOutcome.Accepted>(outcome).ProviderId)!.From);
    }

    [Fact]
    public async Task An_API_key_signs_in_when_the_channel_has_one()
    {
        var channel = await _app.ChannelAsync(
            new Dictionary<string, string> { [TwilioChannels.ApiKeySid] = Demo.ApiKeySid },
            new Dictionary<string, string> { [TwilioChannels.AuthToken] = "not needed to send", [TwilioChannels.ApiKeySecret] = Demo.ApiKeySecret });

        Assert.IsType<SendOutcome.Accepted>(await SendAsync(channel, Message()));
    }

    [Theory]
    [InlineData("+15005550001", "21211", false)]
    [InlineData("+15005550002", "21612", false)]
    [InlineData("+15005550003", "21408", false)]
    [InlineData("+15005550004", "21610", true)]
    [InlineData("+15005550009", "21614", false)]
    public async Task What_Twilio_refuses_for_good_is_refused_with_its_code(string to, string code, bool optedOut)
    {
        var refused = Assert.IsType<SendOutcome.Refused>(await SendAsync(await _app.ChannelAsync(), Message() with { To = to }));

        Assert.Equal((code, optedOut), (refused.Code, refused.OptedOut));
        Assert.NotEmpty(refused.Text);
    }

    [Fact]
    public async Task Somebody_who_wrote_STOP_is_told_as_opted_out()
    {
        await _app.Sandbox.TextAsync(Phone, Demo.Number, "STOP");

        Assert.True(Assert.IsType<SendOutcome.Refused>(await SendAsync(await _app.ChannelAsync(), Message())).OptedOut);
    }

    [Fact]
    public async Task A_full_queue_is_tried_again_much_later()
    {
        var later = Assert.IsType<SendOutcome.TryLater>(await SendAsync(await _app.ChannelAsync(), Message() with { From = "+15005550008" }));

        Assert.Equal(("21611", TwilioOutcome.FullAfter), (later.Code, later.After));
    }

    [Fact]
    public async Task Too_many_requests_are_tried_again_soon()
    {
        _app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests));

        var later = Assert.IsType<SendOutcome.TryLater>(await SendAsync(await _app.ChannelAsync(), Message()));

        Assert.Equal("20429", later.Code);
        Assert.InRange(later.After, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.Empty(_app.Sandbox.Messages());
    }

    [Fact]
    public async Task A_wrong_token_breaks_the_channel_not_the_message()
    {
        var channel = await _app.ChannelAsync(secrets: new Dictionary<string, string> { [TwilioChannels.AuthToken] = "wrong" });

        var later = Assert.IsType<SendOutcome.TryLater>(await SendAsync(channel, Message()));

        Assert.Equal(("20003", TwilioOutcome.BrokenChannelAfter), (later.Code, later.After));
    }

    [Fact]
    public async Task A_missing_or_unreadable_secret_breaks_the_channel_not_the_message()
    {
        var without = await _app.ChannelAsync(secrets: new Dictionary<string, string>());
        var damaged = without with { Secrets = new Dictionary<string, WrappedSecret> { [TwilioChannels.AuthToken] = new("bm90IGEgYm94", "") } };

        Assert.IsType<SendOutcome.TryLater>(await SendAsync(without, Message()));
        Assert.IsType<SendOutcome.TryLater>(await SendAsync(damaged, Message()));
        Assert.IsType<Finding.NoAnswer>(await FindAsync(damaged, Message(), TimeSpan.Zero));
        Assert.Empty(_app.Sandbox.Requests);
    }

    [Theory]
    [InlineData(Misbehaviour.ServerError, "html", 0)]
    [InlineData(Misbehaviour.ServerError, "empty", 0)]
    [InlineData(Misbehaviour.Unavailable, "json", 0)]
    [InlineData(Misbehaviour.ServerErrorAfterAccept, "json", 1)]
    [InlineData(Misbehaviour.ResetBeforeAccept, "html", 0)]
    [InlineData(Misbehaviour.ResetAfterAccept, "html", 1)]
    public async Task Without_a_clear_answer_the_outcome_is_unknown_and_nothing_is_repeated(string kind, string body, int taken)
    {
        var channel = await _app.ChannelAsync();
        _app.Sandbox.Misbehave(new Misbehaviour(kind) { Body = body });

        Assert.IsType<SendOutcome.Unknown>(await SendAsync(channel, Message()));

        var finding = Assert.IsType<Finding.Candidates>(await FindAsync(channel, Message(), TimeSpan.Zero));
        Assert.Equal(taken, finding.Messages.Count);
        Assert.Equal(taken, _app.Sandbox.Messages().Count);
        Assert.Single(_app.Sandbox.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task No_answer_within_the_time_limit_is_unknown()
    {
        await using var app = await TwilioApp.StartAsync(providerCall: TimeSpan.FromSeconds(3));
        var channel = await app.ChannelAsync();
        app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TimeoutAfterAccept) { By = TimeSpan.FromSeconds(60) });

        Assert.IsType<SendOutcome.Unknown>(await app.Sender.SendAsync(channel, Message(), CancellationToken.None));

        var finding = await app.Sender.FindAsync(channel, Message(), TimeProvider.System.GetUtcNow(), CancellationToken.None);
        Assert.Equal(app.Sandbox.Messages().Single().Sid, Assert.IsType<Finding.Candidates>(finding).Messages.Single().ProviderId);
    }

    [Fact]
    public async Task A_caller_who_gives_up_before_the_call_gets_an_exception_and_during_it_an_unknown_outcome()
    {
        var channel = await _app.ChannelAsync();
        using var early = new CancellationTokenSource();
        await early.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _app.Sender.SendAsync(channel, Message(), early.Token));
        _app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TimeoutAfterAccept) { By = TimeSpan.FromSeconds(60) });
        using var during = new CancellationTokenSource();
        var sending = _app.Sender.SendAsync(channel, Message(), during.Token);
        while (_app.Sandbox.Messages().Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await during.CancelAsync();

        Assert.IsType<SendOutcome.Unknown>(await sending);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "refused")]
    [InlineData("https://no-such-host.invalid", "unknown name")]
    public async Task Without_a_connection_it_was_surely_not_sent(string twilio, string why)
    {
        await using var app = await TwilioApp.StartAsync(twilioBaseUrl: new Uri(twilio));
        var channel = await app.ChannelAsync();

        Assert.True(await app.Sender.SendAsync(channel, Message(), CancellationToken.None) is SendOutcome.TryLater, why);
        Assert.True(await app.Sender.FindAsync(channel, Message(), DateTimeOffset.UnixEpoch, CancellationToken.None) is Finding.NoAnswer, why);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS_surely_got_nothing()
    {
        await using var app = await TwilioApp.StartAsync(twilioBaseUrl: new UriBuilder(_app.Sandbox.BaseUrl) { Scheme = "https" }.Uri);

        Assert.IsType<SendOutcome.TryLater>(await app.Sender.SendAsync(await app.ChannelAsync(), Message(), CancellationToken.None));
    }

    [Fact]
    public async Task Asking_back_finds_messages_that_look_like_ours_oldest_first()
    {
        var channel = await _app.ChannelAsync();
        var first = await SidAsync(channel, Message());
        await SidAsync(channel, Message(text: "something else"));
        await SidAsync(channel, Message() with { To = "+14155550199" });
        await SidAsync(channel, Message() with { From = Demo.SecondNumber });
        await _app.Sandbox.TextAsync(Demo.Number, Demo.SecondNumber, "Hello");
        var second = await SidAsync(channel, Message());

        var finding = Assert.IsType<Finding.Candidates>(await FindAsync(channel, Message(), TimeSpan.Zero));

        Assert.Equal([first, second], finding.Messages.Select(m => m.ProviderId));
        Assert.EndsWith("/Messages.json?To=%2B14155550123&From=%2B15005550006&PageSize=200", _app.Sandbox.Requests[^1].Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_back_tells_how_the_message_ended()
    {
        var channel = await _app.ChannelAsync();
        _app.Sandbox.Misbehave(Misbehaviour.Final("undelivered", 30003));
        await SidAsync(channel, Message());
        await _app.Sandbox.SettleAsync();

        var found = Assert.IsType<Finding.Candidates>(await FindAsync(channel, Message(), TimeSpan.Zero)).Messages.Single();

        Assert.Equal((DeliveryStates.Failed, "30003"), (found.State, found.ErrorCode));
    }

    [Fact]
    public async Task Asking_back_does_not_find_what_is_older_than_the_send()
    {
        var channel = await _app.ChannelAsync();
        await SidAsync(channel, Message());

        Assert.Empty(Assert.IsType<Finding.Candidates>(await FindAsync(channel, Message(), TimeSpan.FromMinutes(5))).Messages);
    }

    [Fact]
    public async Task Asking_back_with_a_service_finds_it_whatever_number_it_left_by()
    {
        var channel = await ServiceChannelAsync();
        var sid = await SidAsync(channel, Message());

        Assert.Equal(sid, Assert.IsType<Finding.Candidates>(await FindAsync(channel, Message(), TimeSpan.Zero)).Messages.Single().ProviderId);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_from_who_gets_no_answer()
    {
        var channel = await _app.ChannelAsync();
        var box = _app.Get<SecretBox>().Wrap(channel.Id, TwilioChannels.AuthToken, "wrong");
        var broken = channel with { Secrets = new Dictionary<string, WrappedSecret> { [TwilioChannels.AuthToken] = box } };

        Assert.Equal("20003", Assert.IsType<Finding.CannotAsk>(await FindAsync(broken, Message(), TimeSpan.Zero)).Code);
        foreach (var kind in new[] { Misbehaviour.TooManyRequests, Misbehaviour.ServerError, Misbehaviour.ResetBeforeAccept })
        {
            _app.Sandbox.Misbehave(new Misbehaviour(kind) { Path = "Messages.json" });
            Assert.IsType<Finding.NoAnswer>(await FindAsync(channel, Message(), TimeSpan.Zero));
        }
    }

    private async Task<Channel> ServiceChannelAsync()
    {
        foreach (var number in new[] { Demo.Number, Demo.SecondNumber }) _app.Sandbox.Put(_app.Sandbox.Number(number)! with { MessagingServiceSid = Service });
        return await _app.ChannelAsync(new Dictionary<string, string> { [TwilioChannels.PhoneNumber] = "", [TwilioChannels.MessagingServiceSid] = Service });
    }

    private static OutboundMessage Message(string text = "Hello") => new(MessageId, ConversationId, 1, null, Phone, OutboundContent.Of(text));

    private Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message) => _app.Sender.SendAsync(channel, message, CancellationToken.None);

    private async Task<string> SidAsync(Channel channel, OutboundMessage message) => Assert.IsType<SendOutcome.Accepted>(await SendAsync(channel, message)).ProviderId;

    private Task<Finding> FindAsync(Channel channel, OutboundMessage message, TimeSpan afterNow) =>
        _app.Sender.FindAsync(channel, message, TimeProvider.System.GetUtcNow() + afterNow, CancellationToken.None);
}
