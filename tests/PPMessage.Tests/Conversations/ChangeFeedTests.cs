using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class ChangeFeedTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T08:00:00Z", CultureInfo.InvariantCulture));
    private readonly EmbeddedTestStore _store;
    private readonly ChangeFeed _feed;

    public ChangeFeedTests()
    {
        _store = TestStores.Embedded(_time, inMemory: true);
        _feed = new ChangeFeed(_store.Store, _time);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Changes_that_appear_late_are_told_and_each_is_told_once(bool inCursor)
    {
        var memory = inCursor ? FeedMemory.InCursor : FeedMemory.InRow;
        var latest = (int)memory.Settling.TotalMilliseconds - 1000;
        var dice = new Random(7);
        for (var round = 0; round < 15; round++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            var start = _time.GetUtcNow();
            var rows = Enumerable.Range(0, 30).Select(i => (Tail: $"{round}-{i}", At: start.AddMilliseconds(dice.Next(1, 120_000)), Late: TimeSpan.FromMilliseconds(dice.Next(0, latest))))
                .OrderBy(row => row.At + row.Late).ToList();
            var (place, told) = (FeedPlace.At(start), new List<string>());
            foreach (var (tail, at, late) in rows)
            {
                _time.SetUtcNow(at + late);
                await PutAsync(at, tail, dice.Next(2) == 0 ? ChangeType.Message : ChangeType.Presence);
                if (dice.Next(3) > 0) place = await TakeAsync(place, told, dice.Next(1, 4), memory);
            }

            _time.Advance(TimeSpan.FromMinutes(5));
            for (var before = -1; told.Count > before; place = await TakeAsync(place, told, 3, memory)) before = told.Count;
            Assert.Equal(30, told.Count);
            Assert.Equal(30, told.Distinct().Count());
            Assert.Empty(place.Ahead);
            Assert.Equal(_time.GetUtcNow() - memory.Settling, place.Time());
        }
    }

    [Fact]
    public async Task Changes_that_stand_there_come_in_order_from_all_shards()
    {
        var place = FeedPlace.At(_time.GetUtcNow());
        foreach (var i in Enumerable.Range(1, 250).Reverse()) await PutAsync(_time.GetUtcNow().AddMilliseconds(i), $"{i:D3}", ChangeType.Message);
        _time.Advance(TimeSpan.FromSeconds(1));
        var told = new List<string>();
        for (var i = 0; i < 3; i++) place = await TakeAsync(place, told, 100);
        Assert.Equal(Enumerable.Range(1, 250).Select(i => $"{i:D3}"), told);
        Assert.True((await _feed.ReadAsync(place, FeedMemory.InRow, _ => true, 100, default)).AtEnd);
    }

    [Fact]
    public async Task Unwanted_changes_are_gone_by()
    {
        var place = FeedPlace.At(_time.GetUtcNow());
        for (var i = 1; i <= 20; i++) await PutAsync(_time.GetUtcNow().AddMilliseconds(i), $"{i:D3}", i % 2 == 0 ? ChangeType.Message : ChangeType.Delivery);
        _time.Advance(TimeSpan.FromSeconds(1));
        var step = await _feed.ReadAsync(place, FeedMemory.InRow, type => type == ChangeType.Message, 5, default);
        Assert.Equal(["002", "004", "006", "008", "010"], step.Changes.Select(change => change.Row.Id));
        var rest = await _feed.ReadAsync(step.Next, FeedMemory.InRow, type => type == ChangeType.Message, 50, default);
        Assert.Equal(5, rest.Changes.Count);
        Assert.Equal((10, true), (rest.Passed, rest.AtEnd));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_changes_than_can_be_remembered_come_when_they_are_settled(bool inCursor)
    {
        var memory = inCursor ? FeedMemory.InCursor : FeedMemory.InRow;
        var all = memory.MostAhead + 300;
        var place = FeedPlace.At(_time.GetUtcNow());
        foreach (var some in Enumerable.Range(1, all).Chunk(100))
            foreach (var shard in some.GroupBy(i => i % InboxRows.Shards))
                await _store.Store.CommitAsync(Tables.Inbox, shard.Key.ToString(CultureInfo.InvariantCulture), [.. shard.Select(i => Row(_time.GetUtcNow().AddMilliseconds(1 + (i / 10)), $"{i:D4}", ChangeType.Message))], default);
        _time.Advance(TimeSpan.FromSeconds(2));
        var told = new List<string>();
        for (var before = -1; told.Count > before; place = await TakeAsync(place, told, 400, memory)) before = told.Count;
        Assert.Equal(memory.MostAhead, told.Count);

        _time.Advance(memory.Settling);
        for (var before = -1; told.Count > before; place = await TakeAsync(place, told, 400, memory)) before = told.Count;
        Assert.Equal(Enumerable.Range(1, all).Select(i => $"{i:D4}"), told);
    }

    private async Task<FeedPlace> TakeAsync(FeedPlace place, List<string> told, int most, FeedMemory? memory = null)
    {
        var step = await _feed.ReadAsync(FeedPlace.Parse(place.ToCursor()) ?? place, memory ?? FeedMemory.InRow, _ => true, most, default);
        Assert.True(step.Changes.Count <= most);
        Assert.Equal(step.Changes.Select(change => change.Row.At).Order(), step.Changes.Select(change => change.Row.At));
        told.AddRange(step.Changes.Select(change => change.Row.Id!));
        return step.Next;
    }

    private Task PutAsync(DateTimeOffset at, string tail, ChangeType type) =>
        _store.Store.CommitAsync(Tables.Inbox, (tail[^1] % InboxRows.Shards).ToString(CultureInfo.InvariantCulture), [Row(at, tail, type)], default);

    private static RowWrite Row(DateTimeOffset at, string tail, ChangeType type) =>
        RowWrite.Put(InboxRows.FeedKey(at.ToUnixTimeMilliseconds(), tail), new FeedRow(type, null, tail, at), ConversationsJson.Default.FeedRow);
}
