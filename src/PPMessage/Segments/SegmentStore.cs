using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>Segments in table <c>Config</c>, partition <c>segment</c>, row = id; the built-in ones are found beside them. Thread-safe.</summary>
internal sealed class SegmentStore(IStore store)
{
    public const int Most = 500;

    private const string Partition = "segment";

    /// <summary>The ETag is empty for a built-in one: there is no row.</summary>
    public async Task<(Segment Segment, string ETag)?> FindAsync(string id, CancellationToken cancellation)
    {
        if (BuiltInSegments.Find(id) is { } builtIn) return (builtIn, string.Empty);
        if (Ids.UlidOf(id, Segment.IdPrefix, 0) is null) return null;
        return await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row ? (Read(row), row.ETag) : null;
    }

    public static bool IsCursor(string text) => BuiltInSegments.Find(text) is not null || Ids.UlidOf(text, Segment.IdPrefix, 0) is not null;

    /// <summary>The built-in ones first, then in the order in which they were made.</summary>
    public async Task<Page<Segment>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var isBehind = page.Cursor is { } cursor && BuiltInSegments.Find(cursor) is null;
        var items = BuiltInSegments.All.SkipWhile(_ => isBehind).SkipWhile(segment => page.Cursor is not null && segment.Id != page.Cursor).Skip(page.Cursor is null || isBehind ? 0 : 1).Take(page.Limit).ToList();
        if (items.Count == page.Limit) return new(items, items[^1].Id);
        var range = isBehind ? RowRange.All.Behind(page.Cursor!) : RowRange.All;
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, range, page.Limit - items.Count, cancellation);
        return new([.. items, .. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    /// <summary>Two that are made at the same moment may end up one over: nothing depends on the exact number.</summary>
    public async Task<bool> IsFullAsync(CancellationToken cancellation) =>
        (await store.ReadRangeAsync(Tables.Config, Partition, RowRange.All, Most, cancellation)).Rows.Count == Most;

    /// <summary>False when there is one with this id.</summary>
    public Task<bool> InsertAsync(Segment segment, CancellationToken cancellation) => CommitAsync(RowWrite.Insert(segment.Id, segment, SegmentsJson.Default.Segment), cancellation);

    /// <summary>False when it has changed meanwhile.</summary>
    public Task<bool> ReplaceAsync(Segment segment, string etag, CancellationToken cancellation) =>
        CommitAsync(RowWrite.Replace(segment.Id, etag, segment, SegmentsJson.Default.Segment), cancellation);

    /// <inheritdoc cref="ReplaceAsync"/>
    public Task<bool> DeleteAsync(string id, string etag, CancellationToken cancellation) => CommitAsync(RowWrite.Delete(id, etag), cancellation);

    private async Task<bool> CommitAsync(RowWrite write, CancellationToken cancellation) => (await store.CommitAsync(Tables.Config, Partition, [write], cancellation)).Committed;

    private static Segment Read(Row row) => row.As(SegmentsJson.Default.Segment);
}
