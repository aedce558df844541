using System.Text;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public abstract partial class StoreConformance
{
    private const string UnknownETag = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"";

    [Fact]
    public async Task A_missing_table_reads_as_empty()
    {
        Assert.Null(await ReadAsync("a"));
        Assert.Empty((await Store.ReadRangeAsync(Table, Partition, RowRange.All, 10, Cancellation)).Rows);
    }

    [Fact]
    public async Task A_committed_row_is_read_back()
    {
        var etag = await CommittedAsync(Insert("a", """{"text":"你好"}"""));

        var row = await ReadAsync("a");

        Assert.Equal(("a", etag), (row!.Key, row.ETag));
        Assert.Equal("""{"text":"你好"}""", Encoding.UTF8.GetString(row.Document.Span));
    }

    [Fact]
    public async Task Partitions_are_apart()
    {
        await CommittedAsync(Insert("a"));
        await Store.CommitAsync(Table, "q", [Insert("a", "other")], Cancellation);

        Assert.Equal("1", await TextAsync("a"));
        Assert.Equal("a", Assert.Single((await Store.ReadRangeAsync(Table, "q", RowRange.All, 10, Cancellation)).Rows).Key);
    }

    [Fact]
    public async Task An_insert_is_refused_when_the_row_exists()
    {
        await CommittedAsync(Insert("a", "first"));

        var conflict = (await CommitAsync(Insert("a", "second"))).Conflict;

        Assert.Equal((0, "a", ConflictKind.Exists), (conflict!.Index, conflict.Key, conflict.Kind));
        Assert.Equal("first", Encoding.UTF8.GetString(conflict.Current!.Document.Span));
        Assert.Equal("first", await TextAsync("a"));
    }

    [Fact]
    public async Task A_replace_needs_the_current_etag()
    {
        var first = await CommittedAsync(Insert("a"));
        var second = await CommittedAsync(Replace("a", first, "2"));

        var conflict = (await CommitAsync(Replace("a", first, "3"))).Conflict;

        Assert.NotEqual(first, second);
        Assert.Equal((0, ConflictKind.Stale, second), (conflict!.Index, conflict.Kind, conflict.Current!.ETag));
        Assert.Equal("2", await TextAsync("a"));
    }

    [Fact]
    public async Task A_replace_of_no_row_is_refused_as_missing()
    {
        await CommittedAsync(Insert("other"));

        var conflict = (await CommitAsync(Replace("a", UnknownETag))).Conflict;

        Assert.Equal((ConflictKind.Missing, null), (conflict!.Kind, conflict.Current));
        Assert.Null(await ReadAsync("a"));
    }

    [Fact]
    public async Task A_put_inserts_and_replaces()
    {
        var first = await CommittedAsync(Put("a", "1"));
        var second = await CommittedAsync(Put("a", "2"));

        Assert.NotEqual(first, second);
        Assert.Equal("2", await TextAsync("a"));
    }

    [Fact]
    public async Task A_delete_takes_the_row_away()
    {
        await CommittedAsync(Insert("a"));

        Assert.Equal(string.Empty, await CommittedAsync(RowWrite.Delete("a")));
        Assert.Null(await ReadAsync("a"));
        Assert.Equal(ConflictKind.Missing, (await CommitAsync(RowWrite.Delete("a"))).Conflict!.Kind);
    }

    [Fact]
    public async Task A_delete_with_a_stale_etag_is_refused()
    {
        var first = await CommittedAsync(Insert("a"));
        var second = await CommittedAsync(Replace("a", first));

        Assert.Equal(ConflictKind.Stale, (await CommitAsync(RowWrite.Delete("a", first))).Conflict!.Kind);
        Assert.Null((await CommitAsync(RowWrite.Delete("a", second))).Conflict);
    }

    [Fact]
    public async Task A_row_that_was_deleted_and_inserted_has_a_new_etag()
    {
        var first = await CommittedAsync(Insert("a"));
        await CommittedAsync(RowWrite.Delete("a"));
        var second = await CommittedAsync(Insert("a"));

        Assert.NotEqual(first, second);
        Assert.Equal(ConflictKind.Stale, (await CommitAsync(Replace("a", first))).Conflict!.Kind);
    }

    [Fact]
    public async Task A_transaction_gives_an_etag_for_each_write_in_order()
    {
        var old = await CommittedAsync(Insert("r"));
        await CommittedAsync(Insert("d"));

        var result = await CommitAsync(Insert("i"), RowWrite.Delete("d"), Replace("r", old), Put("p"));

        Assert.Equal([(await ReadAsync("i"))!.ETag, string.Empty, (await ReadAsync("r"))!.ETag, (await ReadAsync("p"))!.ETag], result.ETags);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_transaction_with_one_refused_write_changes_nothing_and_names_it(int refused)
    {
        await CommittedAsync(Insert("taken"));
        List<RowWrite> writes = [Insert("a"), Insert("b"), Put("c"), Put("d")];
        writes.Insert(refused, Insert("taken"));

        var conflict = (await CommitAsync([.. writes])).Conflict;

        Assert.Equal((refused, "taken", ConflictKind.Exists), (conflict!.Index, conflict.Key, conflict.Kind));
        Assert.Equal("taken", Assert.Single((await Store.ReadRangeAsync(Table, Partition, RowRange.All, 10, Cancellation)).Rows).Key);
    }

    [Fact]
    public async Task A_transaction_takes_100_rows()
    {
        var result = await CommitAsync([.. Enumerable.Range(0, 100).Select(i => Insert($"r{i:000}"))]);

        Assert.Equal(100, result.ETags.Count(etag => etag.Length > 0));
    }

    [Fact]
    public async Task Of_20_inserts_at_once_one_wins()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => CommitAsync(Insert("a", $"{i}"), Insert($"witness{i}"))));

        Assert.Equal(1, results.Count(result => result.Committed));
        Assert.Equal(19, results.Count(result => result.Conflict?.Kind == ConflictKind.Exists));
        Assert.Equal(2, (await Store.ReadRangeAsync(Table, Partition, RowRange.All, 100, Cancellation)).Rows.Count);
    }

    [Fact]
    public async Task Of_20_replaces_at_once_one_wins()
    {
        var etag = await CommittedAsync(Insert("a"));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => CommitAsync(Replace("a", etag, $"{i}"))));

        Assert.Equal(1, results.Count(result => result.Committed));
        Assert.Equal(19, results.Count(result => result.Conflict?.Kind == ConflictKind.Stale));
        Assert.Equal($"{Array.FindIndex(results, result => result.Committed)}", await TextAsync("a"));
    }

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(Limits.RowBytes)]
    public async Task A_document_of_any_size_comes_back_whole(int bytes)
    {
        var text = new string('文', bytes / 3) + new string('x', bytes % 3);
        await CommittedAsync(Insert(new string('k', Limits.KeyCharacters), text));

        Assert.Equal(text, await TextAsync(new string('k', Limits.KeyCharacters)));
    }

    [Fact]
    public async Task A_shorter_document_leaves_nothing_of_the_longer_one()
    {
        await CommittedAsync(Put("a", new string('x', 200_000)));
        await CommittedAsync(Put("a", "short"));

        Assert.Equal("short", await TextAsync("a"));
    }

    [Fact]
    public async Task Every_printable_key_character_is_taken()
    {
        var key = new string([.. Enumerable.Range(' ' + 1, '~' - ' ').Select(c => (char)c).Except("/\\#?")]);

        await Store.CommitAsync(Table, key, [Insert(key)], Cancellation);

        Assert.Equal(key, (await Store.ReadAsync(Table, key, key, Cancellation))?.Key);
        Assert.Single((await Store.ReadRangeAsync(Table, key, new RowRange(key, null), 10, Cancellation)).Rows);
    }

    [Fact]
    public async Task A_dropped_table_is_empty()
    {
        await CommittedAsync(Insert("a"));

        await Store.DropTableAsync(Table, Cancellation);
        await Store.DropTableAsync("NeverMade", Cancellation);

        Assert.Null(await ReadAsync("a"));
    }
}
