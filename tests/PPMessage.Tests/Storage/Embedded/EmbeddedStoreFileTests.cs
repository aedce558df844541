using System.Text;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using Xunit;

namespace PPMessage.Tests.Storage.Embedded;

/// <summary>What only the embedded store promises: one owner of the directory, and what is left after its end.</summary>
public sealed class EmbeddedStoreFileTests : IAsyncDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly EmbeddedTestStore _embedded;

    public EmbeddedStoreFileTests() => _embedded = TestStores.Embedded(_time);

    public ValueTask DisposeAsync() => _embedded.DisposeAsync();

    [Fact]
    public void A_second_owner_of_the_directory_is_refused_with_its_name()
    {
        _ = _embedded.Store;

        var refusal = Assert.Throws<InvalidOperationException>(() => new EmbeddedStore(_embedded.Directory, _time));

        Assert.Contains(_embedded.Directory, refusal.Message);
    }

    [Fact]
    public async Task Everything_is_there_after_reopening()
    {
        await InsertAsync("a");
        await _embedded.Store.EnqueueAsync("work", "x", TimeSpan.Zero, CancellationToken.None);
        await _embedded.Store.WriteBlobAsync("files", "f", new MemoryStream([1]), "image/png", CancellationToken.None);

        await _embedded.ReopenAsync();

        Assert.NotNull(await _embedded.Store.ReadAsync("Things", "p", "a", CancellationToken.None));
        Assert.Single(await TakeAsync());
        await using var blob = await _embedded.Store.OpenBlobAsync("files", "f", CancellationToken.None);
        Assert.Equal("image/png", blob!.ContentType);
    }

    [Fact]
    public async Task An_etag_is_never_drawn_again_after_reopening()
    {
        var first = await InsertAsync("a");
        await _embedded.ReopenAsync();
        await _embedded.Store.CommitAsync("Things", "p", [RowWrite.Delete("a")], CancellationToken.None);

        Assert.NotEqual(first, await InsertAsync("a"));
    }

    [Fact]
    public async Task Reopening_ends_leases_but_not_hiding()
    {
        await _embedded.Store.EnqueueAsync("work", "leased", TimeSpan.Zero, CancellationToken.None);
        await TakeAsync();
        await _embedded.Store.EnqueueAsync("work", "enqueued hidden", Minute, CancellationToken.None);
        await _embedded.Store.EnqueueAsync("work", "hidden later", TimeSpan.Zero, CancellationToken.None);
        var taken = Assert.Single(await TakeAsync());
        await _embedded.Store.HideAsync("work", taken.Receipt, Minute, CancellationToken.None);

        await _embedded.ReopenAsync();

        Assert.Equal(("leased", 2), Assert.Single(await TakeAsync()) is var message ? (message.Text, message.DequeueCount) : default);
        _time.Advance(Minute);
        Assert.Equal(["enqueued hidden", "hidden later", "leased"], (await TakeAsync()).Select(each => each.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dropped_table_can_be_written_again_at_once()
    {
        await InsertAsync("a");
        await _embedded.Store.DropTableAsync("Things", CancellationToken.None);

        await InsertAsync("b");
        await _embedded.ReopenAsync();

        var page = await _embedded.Store.ReadRangeAsync("Things", "p", RowRange.All, 10, CancellationToken.None);
        Assert.Equal("b", Assert.Single(page.Rows).Key);
    }

    [Fact]
    public async Task A_dropped_tables_rows_leave_the_file_also_when_the_owner_stops_in_between()
    {
        for (var i = 0; i < 10; i++) await _embedded.Store.CommitAsync("Things", $"p{i}", [.. Enumerable.Range(0, 100).Select(n => Row($"{n}"))], CancellationToken.None);

        await _embedded.Store.DropTableAsync("Things", CancellationToken.None);
        await _embedded.ReopenAsync();

        using var file = new Database(Path.Combine(_embedded.Directory, "store.db"), 100_000);
        for (var i = 0; i < 1000 && Dropped(file) > 0; i++) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        Assert.Equal(0, Dropped(file));
    }

    [Fact]
    public async Task An_interrupted_blob_write_leaves_the_old_content_and_no_litter()
    {
        await _embedded.Store.WriteBlobAsync("files", "f", new MemoryStream("old"u8.ToArray()), "text/plain", CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _embedded.Store.WriteBlobAsync(
            "files", "f", new MemoryStream("new"u8.ToArray()), "text/plain", new CancellationToken(canceled: true)));

        await using var blob = await _embedded.Store.OpenBlobAsync("files", "f", CancellationToken.None);
        using var reader = new StreamReader(blob!.Content);
        Assert.Equal("old", await reader.ReadToEndAsync(CancellationToken.None));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_embedded.Directory, "incoming")));
    }

    private async Task<string> InsertAsync(string key)
    {
        var result = await _embedded.Store.CommitAsync("Things", "p", [Row(key)], CancellationToken.None);
        return Assert.Single(result.ETags);
    }

    private static RowWrite Row(string key) => new(WriteKind.Insert, key, Encoding.UTF8.GetBytes("{}"), null);

    private static long Dropped(Database file)
    {
        using var tables = file.Prepare("SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'dropped%'");
        tables.Step();
        return tables.Number(0);
    }

    private Task<IReadOnlyList<QueueMessage>> TakeAsync() => _embedded.Store.DequeueAsync("work", 32, Minute, CancellationToken.None);
}
