namespace PPMessage.Storage;

internal static class WholeRange
{
    // As many as a page may have.
    private const int PageRows = 1000;

    /// <summary>All rows of a range, in order. For partitions that are known to be small.</summary>
    public static async Task<IReadOnlyList<Row>> ReadAllAsync(this IStore store, string table, string partition, RowRange range, CancellationToken cancellation)
    {
        var page = await store.ReadRangeAsync(table, partition, range, PageRows, cancellation);
        if (!page.More) return page.Rows;
        var rows = new List<Row>(page.Rows);
        while (page.More)
        {
            page = await store.ReadRangeAsync(table, partition, range.Behind(rows[^1].Key), PageRows, cancellation);
            rows.AddRange(page.Rows);
        }

        return rows;
    }
}
