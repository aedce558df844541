using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

/// <summary>A commit that was applied and repeated is told from one that lost against somebody else.</summary>
public sealed class GuardedStoreTests : IAsyncDisposable
{
    private const string Table = "Things";
    private const string Partition = "p";

    private readonly EmbeddedTestStore _embedded = TestStores.Embedded(TimeProvider.System);
    private readonly FaultyStore _faulty;
    private readonly GuardedStore _store;
    private readonly GuardedStore _other;

    public GuardedStoreTests()
    {
        _faulty = new FaultyStore(_embedded.Store);
        _store = new GuardedStore(_faulty);
        _other = new GuardedStore(_embedded.Store);
    }

    public ValueTask DisposeAsync() => _embedded.DisposeAsync();

    [Fact]
    public async Task A_repeated_insert_is_ours()
    {
        _faulty.Fault = CommitFault.Repeated;

        var result = await CommitAsync(Insert("a"));

        Assert.Equal([await ETagAsync("a")], result.ETags);
    }

    [Fact]
    public async Task A_repeated_replace_is_ours_and_its_etag_is_good_for_the_next()
    {
        var etag = (await CommitAsync(Insert("a"))).ETags[0];
        _faulty.Fault = CommitFault.Repeated;

        var result = await CommitAsync(Replace("a", etag));

        Assert.True(result.Committed);
        Assert.True((await CommitAsync(Replace("a", result.ETags[0]))).Committed);
    }

    [Fact]
    public async Task A_repeated_put_is_committed_both_times()
    {
        _faulty.Fault = CommitFault.Repeated;

        var result = await CommitAsync(Put("a"));

        Assert.Equal([await ETagAsync("a")], result.ETags);
    }

    [Fact]
    public async Task A_repeated_mixed_transaction_is_ours()
    {
        var etag = (await CommitAsync(Insert("head"), Insert("old"))).ETags[0];
        _faulty.Fault = CommitFault.Repeated;

        var result = await CommitAsync(Put("note"), RowWrite.Delete("old"), Replace("head", etag), Insert("message"));

        Assert.Equal([await ETagAsync("note"), string.Empty, await ETagAsync("head"), await ETagAsync("message")], result.ETags);
    }

    [Fact]
    public async Task A_repeated_transaction_is_ours_though_its_refused_row_was_overwritten_meanwhile()
    {
        var etag = (await CommitAsync(Insert("head"))).ETags[0];
        _faulty.Fault = CommitFault.Repeated;
        _faulty.Meanwhile = () => _other.CommitAsync(Table, Partition, [Put("head", "other")], CancellationToken.None);

        var result = await CommitAsync(Replace("head", etag, "ours"), Insert("message"));

        Assert.True(result.Committed);
        Assert.Equal(await ETagAsync("message"), result.ETags[1]);
    }

    [Fact]
    public async Task The_etag_of_a_row_overwritten_meanwhile_is_refused_as_stale()
    {
        var etag = (await CommitAsync(Insert("head"))).ETags[0];
        _faulty.Fault = CommitFault.Repeated;
        _faulty.Meanwhile = () => _other.CommitAsync(Table, Partition, [Put("head", "other")], CancellationToken.None);
        var result = await CommitAsync(Replace("head", etag, "ours"), Insert("message"));

        var conflict = (await CommitAsync(Insert("b"), Replace("head", result.ETags[0], "ours again"))).Conflict;

        Assert.Equal((1, ConflictKind.Stale), (conflict!.Index, conflict.Kind));
        Assert.Equal("other", Encoding.UTF8.GetString(conflict.Current!.Document.Span));
        Assert.Null(await RowAsync("b"));
    }

    [Fact]
    public async Task A_commit_that_lost_is_a_conflict_with_what_stands_there()
    {
        var etag = (await CommitAsync(Insert("head"))).ETags[0];
        await _other.CommitAsync(Table, Partition, [Put("head", "other")], CancellationToken.None);

        var conflict = (await CommitAsync(Replace("head", etag, "ours"), Insert("message"))).Conflict;

        Assert.Equal("other", Encoding.UTF8.GetString(conflict!.Current!.Document.Span));
        Assert.Null(await RowAsync("message"));
    }

    [Fact]
    public async Task A_repeated_delete_finds_nothing_and_says_so()
    {
        await CommitAsync(Insert("a"));
        _faulty.Fault = CommitFault.Repeated;

        Assert.Equal(ConflictKind.Missing, (await CommitAsync(RowWrite.Delete("a"))).Conflict!.Kind);
    }

    [Fact]
    public async Task After_an_error_the_caller_tries_again_and_finds_the_row_by_its_key()
    {
        _faulty.Fault = CommitFault.Thrown;
        await Assert.ThrowsAsync<StoreException>(() => CommitAsync(Insert("a")));

        var conflict = (await CommitAsync(Insert("a", "again"))).Conflict;

        Assert.Equal((ConflictKind.Exists, await ETagAsync("a")), (conflict!.Kind, conflict.Current!.ETag));
    }

    [Fact]
    public async Task Operations_are_counted_by_name()
    {
        var table = "Counted" + Guid.NewGuid().ToString("N")[..8];
        var counted = new ConcurrentBag<string>();
        var mine = new AsyncLocal<bool> { Value = true };
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (mine.Value) counted.Add($"{tags[0].Key}={tags[0].Value} {value}");
        });
        listener.EnableMeasurementEvents(Telemetry.StorageOperations);

        await _other.CommitAsync(table, Partition, [Insert("a"), Insert("b")], CancellationToken.None);
        await _other.ReadAsync(table, Partition, "a", CancellationToken.None);
        await _other.EnqueueAsync("things", "x", TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(["operation=commit 1", "operation=enqueue 1", "operation=read 1"], counted.Order(StringComparer.Ordinal));
    }

    private Task<CommitResult> CommitAsync(params RowWrite[] writes) => _store.CommitAsync(Table, Partition, writes, CancellationToken.None);

    private async Task<string> ETagAsync(string key) => (await RowAsync(key))!.ETag;

    private Task<Row?> RowAsync(string key) => _other.ReadAsync(Table, Partition, key, CancellationToken.None);

    private static RowWrite Insert(string key, string text = "1") => new(WriteKind.Insert, key, Encoding.UTF8.GetBytes(text), null);

    private static RowWrite Put(string key, string text = "1") => new(WriteKind.Put, key, Encoding.UTF8.GetBytes(text), null);

    private static RowWrite Replace(string key, string etag, string text = "2") => new(WriteKind.Replace, key, Encoding.UTF8.GetBytes(text), etag);
}
