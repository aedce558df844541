using Microsoft.Extensions.Time.Testing;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class TwilioCatchUpTests : IAsyncLifetime
{
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);

    // Then the whole account's list is looked through.
    private static readonly Dictionary<string, string> OfService = new() { [TwilioChannels.MessagingServiceSid] = "MG00000000000000000000000000000009" };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private TwilioApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TwilioApp.StartAsync(_time);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task What_nobody_wrote_is_caught_up_to_two_minutes_ago()
    {
        var channel = await _app.ChannelAsync();

        await RunAsync();
        Assert.Null(await CursorAsync(channel.Id));

        _time.Advance(TimeSpan.FromMinutes(5));
        await RunAsync();
        Assert.Equal(new TwilioCursor(_time.GetUtcNow() - TwoMinutes), await CursorAsync(channel.Id));
    }

    [Fact]
    public async Task What_comes_while_the_inbound_side_is_off_is_passed_over()
    {
        var channel = await _app.ChannelAsync(change: c => c with { InboundEnabled = false });

        await RunAsync();

        Assert.Equal(new TwilioCursor(_time.GetUtcNow(), NotBefore: _time.GetUtcNow()), await CursorAsync(channel.Id));
        Assert.Empty(_app.Sandbox.Requests);
    }

    [Fact]
    public async Task Archived_channels_and_those_of_others_are_left_alone()
    {
        await _app.ChannelAsync(change: c => c with { Archived = true });
        await _app.ChannelAsync(change: c => c with { HookKey = "another", Kind = "voice" });

        await RunAsync();

        Assert.Empty(_app.Sandbox.Requests);
    }

    [Fact]
    public async Task A_broken_channel_stays_where_it_is_and_does_not_stop_the_others()
    {
        var broken = await _app.ChannelAsync(secrets: new Dictionary<string, string> { [TwilioChannels.AuthToken] = "wrong" });
        var damaged = await _app.ChannelAsync(
            new Dictionary<string, string> { [TwilioChannels.PhoneNumber] = Demo.ShortCode }, new Dictionary<string, string>(), c => c with { HookKey = "damaged" });
        var whole = await _app.ChannelAsync(new Dictionary<string, string> { [TwilioChannels.PhoneNumber] = Demo.SecondNumber }, change: c => c with { HookKey = "whole" });
        _time.Advance(TimeSpan.FromMinutes(10));

        await RunAsync();
        await RunAsync();

        Assert.Equal(_time.GetUtcNow() - TwoMinutes - TwilioRounds.FirstLookBack, (await CursorAsync(broken.Id))!.From);
        Assert.Null(await CursorAsync(damaged.Id));
        Assert.Equal(_time.GetUtcNow() - TwoMinutes, (await CursorAsync(whole.Id))!.From);
    }

    [Fact]
    public async Task A_list_that_is_longer_than_one_stretch_is_gone_through_in_the_same_run()
    {
        var channel = await _app.ChannelAsync(OfService);
        for (var i = 0; i < 4_500; i++) await _app.Sandbox.TextAsync("+14155550123", Demo.SecondNumber, "to another channel");
        _time.Advance(TimeSpan.FromMinutes(5));

        await RunAsync();

        Assert.Equal(new TwilioCursor(_time.GetUtcNow() - TwoMinutes), await CursorAsync(channel.Id));
        Assert.Equal(23, _app.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_sweep_that_was_cut_off_goes_on_at_the_page_where_it_was_also_when_Twilio_had_enough_of_us()
    {
        var channel = await _app.ChannelAsync(OfService);
        for (var i = 0; i < 500; i++) await _app.Sandbox.TextAsync("+14155550123", Demo.SecondNumber, "to another channel");
        var until = _time.GetUtcNow() + TwoMinutes;
        var seen = _app.Sandbox.Messages()[199].Sid;
        var cutOff = new TwilioCursor(channel.CreatedAt, until, $"/2010-04-01/Accounts/{Demo.AccountSid}/Messages.json?PageSize=200&Page=1&PageToken=PA{seen}");
        await _app.Get<IStore>().CommitAsync(
            Tables.Config, TwilioRounds.Partition, [RowWrite.Insert(channel.Id, cutOff, TwilioCursorJson.Default.TwilioCursor)], CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(5));

        _app.Sandbox.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests) { Path = "/Messages.json" });
        await RunAsync();
        Assert.Equal(cutOff, await CursorAsync(channel.Id));
        await RunAsync();

        Assert.Equal(new TwilioCursor(until), await CursorAsync(channel.Id));
        Assert.All(_app.Sandbox.Requests, request => Assert.Contains("PageToken", request.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_is_gone_begins_the_sweep_anew()
    {
        var channel = await _app.ChannelAsync();
        var lost = new TwilioCursor(channel.CreatedAt, channel.CreatedAt, "/2010-04-01/Accounts/AC00000000000000000000000000000099/Messages.json?PageToken=PA1");
        await _app.Get<IStore>().CommitAsync(
            Tables.Config, TwilioRounds.Partition, [RowWrite.Insert(channel.Id, lost, TwilioCursorJson.Default.TwilioCursor)], CancellationToken.None);

        await RunAsync();
        Assert.Equal(new TwilioCursor(channel.CreatedAt), await CursorAsync(channel.Id));

        _time.Advance(TimeSpan.FromMinutes(5));
        await RunAsync();
        Assert.Equal(new TwilioCursor(_time.GetUtcNow() - TwoMinutes), await CursorAsync(channel.Id));
    }

    private Task RunAsync() => _app.CatchUp.RunAsync(CancellationToken.None);

    private async Task<TwilioCursor?> CursorAsync(string channelId) =>
        (await _app.Get<IStore>().ReadAsync(Tables.Config, TwilioRounds.Partition, channelId, CancellationToken.None))?.As(TwilioCursorJson.Default.TwilioCursor);
}
