using Microsoft.Extensions.Time.Testing;
using PPMessage.Campaigns.Sending;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Campaigns.Sending;

public sealed class LanesTests : IAsyncDisposable
{
    private const string Lane = "qq.com";

    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));
    private readonly EmbeddedTestStore _embedded;
    private readonly Lanes _lanes;

    public LanesTests()
    {
        _embedded = TestStores.Embedded(_time, inMemory: true);
        _lanes = new Lanes(new GuardedStore(_embedded.Store), _time);
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    public ValueTask DisposeAsync() => _embedded.DisposeAsync();

    [Fact]
    public async Task Sixteen_workers_together_never_go_faster_than_the_lane_and_don_t_let_it_stand_still()
    {
        const int count = 25;
        const double rate = 10;
        var sent = new List<DateTimeOffset>();
        for (var round = 0; round < 20; round++, _time.Advance(TimeSpan.FromSeconds(10)))
        {
            // Each has a view of its own, as another process would.
            var slots = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => new Lanes(new GuardedStore(_embedded.Store), _time).ReserveAsync(Lane, count, rate, Cancellation)));
            Assert.All(slots.OfType<LaneSlot.Granted>(), slot => Assert.InRange(slot.Start, Now, Now + Lanes.Horizon));
            Assert.All(slots.OfType<LaneSlot.NotYet>(), slot => Assert.True(slot.ComeBackAt > Now));
            sent.AddRange(slots.OfType<LaneSlot.Granted>().SelectMany(slot => Enumerable.Range(0, count).Select(i => slot.Start + (i * slot.Spacing))));
        }

        sent.Sort();
        var widest = TimeSpan.FromSeconds(1 / (rate * Lanes.Share));
        Assert.All(sent.Zip(sent.Skip(1)), pair => Assert.True(pair.Second - pair.First >= widest, $"{pair}"));
        Assert.True(sent[^1] - sent[0] <= sent.Count * widest, "The lane stood still between slots.");
        Assert.True(sent[^1] > Now, "Workers who wanted more were sent away.");
    }

    [Fact]
    public async Task A_lane_that_is_given_away_for_a_minute_says_when_to_come_back()
    {
        Assert.Equal(new LaneSlot.Granted(Now, TimeSpan.FromSeconds(1.25)), await _lanes.ReserveAsync(Lane, 48, 1, Cancellation));
        Assert.Equal(new LaneSlot.Granted(Now.AddSeconds(60), TimeSpan.FromSeconds(1.25)), await _lanes.ReserveAsync(Lane, 4, 1, Cancellation));
        Assert.Equal(new LaneSlot.NotYet(Now.AddSeconds(35)), await _lanes.ReserveAsync(Lane, 1, 1, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(new LaneSlot.Granted(Now.AddSeconds(30), TimeSpan.FromSeconds(1.25)), await _lanes.ReserveAsync(Lane, 1, 1, Cancellation));
        Assert.Equal(48, Lanes.MostFor(1));
        Assert.Equal(1, Lanes.MostFor(0.01));
    }

    [Fact]
    public async Task What_was_not_used_is_not_saved_up()
    {
        await _lanes.ReserveAsync(Lane, 1, 10, Cancellation);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new LaneSlot.Granted(Now, TimeSpan.FromSeconds(0.125)), await _lanes.ReserveAsync(Lane, 100, 10, Cancellation));
    }

    [Fact]
    public async Task A_provider_that_wants_nothing_for_now_is_left_alone()
    {
        Assert.Null(await _lanes.PausedUntilAsync(Lane, Cancellation));
        Assert.True(await _lanes.PushBackAsync(Lane, Now.AddSeconds(45), Cancellation));
        Assert.True(await _lanes.PushBackAsync(Lane, Now.AddSeconds(30), Cancellation));
        Assert.Equal(Now.AddSeconds(45), Assert.IsType<LaneSlot.Granted>(await _lanes.ReserveAsync(Lane, 1, 10, Cancellation)).Start);
        Assert.Equal(Now.AddSeconds(45), await _lanes.PausedUntilAsync(Lane, Cancellation));
        await _lanes.PushBackAsync(Lane, Now.AddYears(1), Cancellation);
        Assert.Equal(Now.AddDays(1).AddSeconds(-30), Assert.IsType<LaneSlot.NotYet>(await _lanes.ReserveAsync(Lane, 1, 10, Cancellation)).ComeBackAt);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await _lanes.PausedUntilAsync(Lane, Cancellation));
    }

    [Fact]
    public async Task Of_several_lanes_the_latest_start_and_the_slowest_one_count()
    {
        await _lanes.ReserveAsync(Lane, 80, 10, Cancellation);
        LaneWish[] wishes = [new(Lane, 10, 10), new("ch_1", 50, 50)];
        Assert.Equal(new LaneSlot.Granted(Now.AddSeconds(10), TimeSpan.FromSeconds(0.125)), await _lanes.ReserveAsync(wishes, Cancellation));
        await _lanes.PushBackAsync(Lane, Now.AddMinutes(5), Cancellation);
        Assert.Equal(new LaneSlot.NotYet(Now.AddSeconds(270)), await _lanes.ReserveAsync(wishes, Cancellation));
    }
}
