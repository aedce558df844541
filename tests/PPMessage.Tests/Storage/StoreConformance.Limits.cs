using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public abstract partial class StoreConformance
{
    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("tab\t")]
    [InlineData("\u007f")]
    [InlineData("文")]
    public async Task A_key_that_Azure_refuses_is_refused(string key)
    {
        await RefusedAsync(() => CommitAsync(Insert(key)));
        await RefusedAsync(() => Store.CommitAsync(Table, key, [Insert("a")], Cancellation));
        await RefusedAsync(() => ReadAsync(key));
        await RefusedAsync(() => Store.ReadRangeAsync(Table, key, RowRange.All, 1, Cancellation));
    }

    [Fact]
    public Task A_key_too_long_is_refused() => RefusedAsync(() => CommitAsync(Insert(new string('a', Limits.KeyCharacters + 1))));

    [Fact]
    public Task A_row_too_large_is_refused() => RefusedAsync(() => CommitAsync(Insert("a", new string('a', Limits.RowBytes + 1))));

    [Fact]
    public async Task A_transaction_too_large_is_refused()
    {
        var half = new string('a', Limits.RowBytes);
        Assert.Null((await CommitAsync(Insert("1", half), Insert("2", half), Insert("3", new string('a', 900_000)))).Conflict);
        await RefusedAsync(() => CommitAsync(Insert("1", half), Insert("2", half), Insert("3", half), Insert("4", half)));
    }

    [Fact]
    public async Task A_transaction_has_1_to_100_different_rows()
    {
        await RefusedAsync(() => CommitAsync());
        await RefusedAsync(() => CommitAsync([.. Enumerable.Range(0, 101).Select(i => Insert($"{i}"))]));
        await RefusedAsync(() => CommitAsync(Insert("a"), Put("a")));
    }

    [Fact]
    public async Task A_write_has_what_its_kind_needs()
    {
        await RefusedAsync(() => CommitAsync(Insert("a", string.Empty)));
        await RefusedAsync(() => CommitAsync(new RowWrite(WriteKind.Replace, "a", "1"u8.ToArray(), null)));
        await RefusedAsync(() => CommitAsync(Insert("a") with { ETag = "1" }));
        await RefusedAsync(() => CommitAsync(RowWrite.Delete("a") with { Document = "1"u8.ToArray() }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public Task A_page_has_1_to_1000_rows(int limit) =>
        RefusedAsync(() => Store.ReadRangeAsync(Table, Partition, RowRange.All, limit, Cancellation));

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("with-hyphen")]
    [InlineData("tables")]
    public Task A_table_name_that_Azure_refuses_is_refused(string table) =>
        RefusedAsync(() => Store.CommitAsync(table, Partition, [Insert("a")], Cancellation));

    [Theory]
    [InlineData("ab")]
    [InlineData("Upper")]
    [InlineData("two--hyphens")]
    [InlineData("-first")]
    public async Task A_queue_or_container_name_that_Azure_refuses_is_refused(string name)
    {
        await RefusedAsync(() => Store.EnqueueAsync(name, "x", TimeSpan.Zero, Cancellation));
        await RefusedAsync(() => Store.OpenBlobAsync(name, "x", Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../other")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a.")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    public Task A_blob_name_that_means_another_blob_is_refused(string name) => RefusedAsync(() => Store.OpenBlobAsync(Files, name, Cancellation));

    [Fact]
    public async Task Queue_limits_are_kept()
    {
        await RefusedAsync(() => Store.EnqueueAsync(Work, new string('a', Limits.MessageBytes + 1), TimeSpan.Zero, Cancellation));
        await RefusedAsync(() => Store.EnqueueAsync(Work, string.Empty, TimeSpan.Zero, Cancellation));
        await RefusedAsync(() => Store.EnqueueAsync(Work, "x", -Second, Cancellation));
        await RefusedAsync(() => Store.EnqueueAsync(Work, "x", Limits.LongestHiding + Second, Cancellation));
        await RefusedAsync(() => Store.DequeueAsync(Work, 0, Minute, Cancellation));
        await RefusedAsync(() => Store.DequeueAsync(Work, 33, Minute, Cancellation));
        await RefusedAsync(() => Store.DequeueAsync(Work, 1, TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task The_longest_hiding_is_taken()
    {
        var receipt = await Store.EnqueueAsync(Work, "x", Limits.LongestHiding, Cancellation);

        Assert.NotNull(await Store.HideAsync(Work, receipt, Limits.LongestHiding, Cancellation));
    }

    private static async Task RefusedAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<ArgumentException>(call);
}
