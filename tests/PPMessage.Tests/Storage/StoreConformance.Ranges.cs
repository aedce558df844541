using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_range_is_in_ordinal_order()
    {
        string[] keys = ["0h", "0r|1", "A", "Z", "_", "a", "aa", "a|1", "a|10", "a|2", "b", "~"];
        await CommitAsync([.. keys.Reverse().Select(key => Insert(key))]);

        Assert.Equal(keys, await KeysAsync(RowRange.All));
    }

    [Fact]
    public async Task A_range_begins_at_its_start_and_ends_before_its_end()
    {
        await CommitAsync(Insert("a"), Insert("b"), Insert("c"), Insert("d"));

        Assert.Equal(["b", "c"], await KeysAsync(new RowRange("b", "d")));
        Assert.Equal(["c"], await KeysAsync(new RowRange("b", "d", Exclusive: true)));
        Assert.Equal(["d"], await KeysAsync(RowRange.All.Behind("c")));
        Assert.Empty(await KeysAsync(RowRange.All.Behind("d")));
    }

    [Fact]
    public async Task A_prefix_takes_its_keys_and_no_others()
    {
        await CommitAsync(Insert("m"), Insert("m|"), Insert("m|1"), Insert("m|~~"), Insert("m}"), Insert("n"));

        Assert.Equal(["m|", "m|1", "m|~~"], await KeysAsync(RowRange.Prefix("m|")));
        Assert.Equal(["m|1", "m|~~"], await KeysAsync(RowRange.Prefix("m|").Behind("m|")));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(1000, false)]
    public async Task More_tells_exactly_whether_rows_follow(int limit, bool more)
    {
        await CommitAsync([.. Enumerable.Range(0, 5).Select(i => Insert($"a{i}")), Insert("b")]);

        var page = await Store.ReadRangeAsync(Table, Partition, RowRange.Prefix("a"), limit, Cancellation);

        Assert.Equal((Math.Min(limit, 5), more), (page.Rows.Count, page.More));
    }

    [Fact]
    public async Task A_partition_is_read_page_by_page_to_its_end()
    {
        for (var i = 0; i < 11; i++) await CommitAsync([.. Enumerable.Range(i * 100, 100).Select(n => Insert($"r{n:0000}"))]);

        var full = await Store.ReadRangeAsync(Table, Partition, RowRange.All, 1000, Cancellation);
        var rest = await Store.ReadRangeAsync(Table, Partition, RowRange.All.Behind(full.Rows[^1].Key), 1000, Cancellation);

        Assert.Equal((1000, true, 100, false), (full.Rows.Count, full.More, rest.Rows.Count, rest.More));
        Assert.Equal("r1099", rest.Rows[^1].Key);
    }

    private async Task<string[]> KeysAsync(RowRange range) =>
        [.. (await Store.ReadRangeAsync(Table, Partition, range, 100, Cancellation)).Rows.Select(row => row.Key)];
}
