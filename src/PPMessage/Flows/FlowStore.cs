using System.Globalization;
using System.Text.Json;
using PPMessage.Storage;

namespace PPMessage.Flows;

/// <summary>
/// Flows in table <c>Config</c>. Partition <c>flow</c>: what is read often (flows without their definitions, and which one is started for which trigger), so that one
/// transaction switches; partition <c>flowtext</c>: drafts and versions. Thread-safe.
/// </summary>
internal sealed class FlowStore(IStore store)
{
    private const string Partition = "flow";
    private const string TextPartition = "flowtext";
    private const string SlotPrefix = "slot|";

    // Newest first.
    private const int HighestVersion = 999_999;

    public async Task<FlowShelf> ShelfAsync(CancellationToken cancellation)
    {
        var rows = await store.ReadAllAsync(Tables.Config, Partition, RowRange.All, cancellation);
        var flows = rows.Where(row => row.Key.StartsWith(Flow.IdPrefix, StringComparison.Ordinal)).Select(row => row.As(FlowJson.Default.Flow));
        var slots = rows.Where(row => row.Key.StartsWith(SlotPrefix, StringComparison.Ordinal)).Select(row => new TakenSlot(row.Key[SlotPrefix.Length..], row.As(FlowJson.Default.FlowSlot).FlowId, row.ETag));
        return FlowShelf.Of(flows, slots);
    }

    /// <summary>Null: there is none, or it is built in.</summary>
    public async Task<StoredFlow?> FindAsync(string id, CancellationToken cancellation)
    {
        if (Ids.UlidOf(id, Flow.IdPrefix, 0) is null) return null;
        return await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row ? new StoredFlow(row.As(FlowJson.Default.Flow), row.ETag) : null;
    }

    /// <summary>False when it is there already: an earlier try of the same request made it.</summary>
    public async Task<bool> InsertAsync(Flow flow, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Config, Partition, [RowWrite.Insert(flow.Id, flow, FlowJson.Default.Flow)], cancellation)).Committed;

    /// <summary>One commit: the flow, and the triggers that it takes or gives up.</summary>
    /// <returns>False when somebody else has changed any of it since it was read.</returns>
    public async Task<bool> ReplaceAsync(StoredFlow before, Flow after, IReadOnlyList<SlotChange> slots, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Config, Partition, [RowWrite.Replace(after.Id, before.ETag, after, FlowJson.Default.Flow), .. slots.Select(WriteOf)], cancellation)).Committed;

    /// <summary>As <see cref="ReplaceAsync"/> for a built-in flow, which has no row.</summary>
    public async Task<bool> SwitchAsync(IReadOnlyList<SlotChange> slots, CancellationToken cancellation) =>
        slots.Count == 0 || (await store.CommitAsync(Tables.Config, Partition, [.. slots.Select(WriteOf)], cancellation)).Committed;

    /// <summary>Its versions stay for the runs that are on them.</summary>
    public async Task<bool> DeleteAsync(StoredFlow flow, IReadOnlyList<SlotChange> slots, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Config, Partition, [RowWrite.Delete(flow.Flow.Id, flow.ETag), .. slots.Select(WriteOf)], cancellation)).Committed;

    public async Task<(FlowText Text, string ETag)?> DraftAsync(string id, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, TextPartition, DraftRow(id), cancellation) is { } row ? (row.As(FlowJson.Default.FlowText), row.ETag) : null;

    /// <param name="etag">Of the draft that stands there; null: none does.</param>
    /// <returns>False when another one stands there.</returns>
    public async Task<bool> PutDraftAsync(string id, FlowText text, string? etag, CancellationToken cancellation)
    {
        var write = etag is null ? RowWrite.Insert(DraftRow(id), text, FlowJson.Default.FlowText) : RowWrite.Replace(DraftRow(id), etag, text, FlowJson.Default.FlowText);
        return (await store.CommitAsync(Tables.Config, TextPartition, [write], cancellation)).Committed;
    }

    /// <summary>Where there is none, nothing happens.</summary>
    public Task DeleteDraftAsync(string id, CancellationToken cancellation) => store.CommitAsync(Tables.Config, TextPartition, [RowWrite.Delete(DraftRow(id))], cancellation);

    public async Task<FlowText?> VersionAsync(string id, int version, CancellationToken cancellation) =>
        version is > 0 and <= HighestVersion ? (await store.ReadAsync(Tables.Config, TextPartition, VersionRow(id, version), cancellation))?.As(FlowJson.Default.FlowText) : null;

    /// <summary>Versions, newest first.</summary>
    /// <param name="below">Only lower numbers; null: all.</param>
    public async Task<(IReadOnlyList<(int Number, FlowText Text)> Versions, bool More)> VersionsAsync(string id, int? below, int limit, CancellationToken cancellation)
    {
        var range = RowRange.Prefix($"{id}|v");
        var page = await store.ReadRangeAsync(Tables.Config, TextPartition, below is { } number ? range.Behind(VersionRow(id, number)) : range, limit, cancellation);
        return ([.. page.Rows.Select(row => (NumberOf(row.Key), row.As(FlowJson.Default.FlowText)))], page.More);
    }

    /// <summary>
    /// Writes a version under the first number from <paramref name="number"/> on that is free. Numbers that somebody died on, or lost a race for, are left out: nobody
    /// refers to them.
    /// </summary>
    /// <returns>Its number.</returns>
    public async Task<int> AddVersionAsync(string id, int number, FlowText text, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await store.CommitAsync(Tables.Config, TextPartition, [RowWrite.Insert(VersionRow(id, number), text, FlowJson.Default.FlowText)], cancellation);
            if (result.Committed || IsSame(result.Conflict!.Current, text)) return number;
            number++;
        }
    }

    private static bool IsSame(Row? row, FlowText text) => row?.As(FlowJson.Default.FlowText) is { } there && (there.At, there.Request) == (text.At, text.Request) && JsonElement.DeepEquals(there.Definition, text.Definition);

    private static RowWrite WriteOf(SlotChange change) => (SlotPrefix + change.Slot, change.ETag) switch
    {
        var (key, etag) when change.IsGivenUp => RowWrite.Delete(key, etag),
        var (key, etag) when etag is null => RowWrite.Insert(key, new FlowSlot(change.FlowId), FlowJson.Default.FlowSlot),
        var (key, etag) => RowWrite.Replace(key, etag!, new FlowSlot(change.FlowId), FlowJson.Default.FlowSlot),
    };

    private static string DraftRow(string id) => $"{id}|draft";

    private static string VersionRow(string id, int version) => $"{id}|v{(HighestVersion - version).ToString("D6", CultureInfo.InvariantCulture)}";

    private static int NumberOf(string row) => HighestVersion - int.Parse(row.AsSpan(row.Length - 6), CultureInfo.InvariantCulture);
}

internal sealed record StoredFlow(Flow Flow, string ETag);

/// <param name="FlowId">Null: nothing is started for it, not even the built-in flow.</param>
internal sealed record TakenSlot(string Slot, string? FlowId, string ETag);

/// <param name="ETag">Of what stands there; null: nothing does.</param>
/// <param name="IsGivenUp">From now on nothing stands there: the built-in flow's, where there is one.</param>
internal sealed record SlotChange(string Slot, string? ETag, string? FlowId, bool IsGivenUp = false);
