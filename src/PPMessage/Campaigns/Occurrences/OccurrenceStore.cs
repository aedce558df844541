using PPMessage.Campaigns.Definitions;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Occurrences;

/// <summary>
/// Occurrences in the partition of their campaign: <c>o|{inverse ulid}</c>, newest first; <c>d|{ulid}</c> the campaign as it was when the occurrence began;
/// <c>s|{ulid}|{bucket}</c> a bucket of contacts that is done. In the partition <c>running</c>: those that are not over; in <c>over</c>: the others, by the
/// day on which they were. Thread-safe.
/// </summary>
internal sealed class OccurrenceStore(IStore store)
{
    private const string RunningPartition = "running";
    private const string OverPartition = "over";
    private const int OverAtOnce = 100;

    // More campaigns than ever run at a time.
    private const int MostRunning = 1000;

    public async Task<(Occurrence Occurrence, string ETag)?> FindAsync(string id, CancellationToken cancellation) =>
        OccurrenceIds.Read(id) is var (ulid, campaign) && await store.ReadAsync(Tables.Occurrences, campaign, RowOf(ulid), cancellation) is { } row ? (Read(row), row.ETag) : null;

    /// <summary>The campaign as the occurrence has it; null: there is no such occurrence.</summary>
    public async Task<Campaign?> DefinitionAsync(string id, CancellationToken cancellation) =>
        OccurrenceIds.Read(id) is var (ulid, campaign)
            ? (await store.ReadAsync(Tables.Occurrences, campaign, DefinitionRow(ulid), cancellation))?.As(CampaignsJson.Default.Campaign)
            : null;

    /// <summary>False when it has begun before.</summary>
    public async Task<bool> InsertAsync(Occurrence occurrence, Campaign campaign, CancellationToken cancellation)
    {
        var ulid = OccurrenceIds.UlidOf(occurrence.Id);
        var result = await store.CommitAsync(
            Tables.Occurrences, PartitionOf(occurrence.Id),
            [RowWrite.Insert(RowOf(ulid), occurrence, CampaignsJson.Default.Occurrence), RowWrite.Insert(DefinitionRow(ulid), campaign, CampaignsJson.Default.Campaign)], cancellation);
        return result.Committed;
    }

    /// <summary>False when it has changed meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Occurrence occurrence, string etag, CancellationToken cancellation) =>
        (await store.CommitAsync(
            Tables.Occurrences, PartitionOf(occurrence.Id),
            [RowWrite.Replace(RowOf(OccurrenceIds.UlidOf(occurrence.Id)), etag, occurrence with { Version = occurrence.Version + 1 }, CampaignsJson.Default.Occurrence)], cancellation)).Committed;

    /// <summary>Of one campaign, newest first.</summary>
    /// <param name="after">The id behind which it goes on.</param>
    public async Task<(IReadOnlyList<Occurrence> Items, bool More)> ListAsync(string campaignId, string? after, int limit, CancellationToken cancellation)
    {
        var range = RowRange.Prefix("o|");
        if (after is not null) range = range.Behind(RowOf(OccurrenceIds.UlidOf(after)));
        var page = await store.ReadRangeAsync(Tables.Occurrences, campaignId[Campaign.IdPrefix.Length..], range, limit, cancellation);
        return ([.. page.Rows.Select(Read)], page.More);
    }

    /// <summary>Notes that a bucket is done. Idempotent.</summary>
    public Task FinishBucketAsync(string id, string bucket, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Occurrences, PartitionOf(id), [RowWrite.Put(BucketRow(id, bucket), new FinishedBucket(bucket), CampaignsJson.Default.FinishedBucket)], cancellation);

    public async Task<int> FinishedBucketsAsync(string id, CancellationToken cancellation) =>
        (await store.ReadAllAsync(Tables.Occurrences, PartitionOf(id), RowRange.Prefix(BucketRow(id, string.Empty)), cancellation)).Count;

    /// <summary>Takes back that buckets are done. Idempotent.</summary>
    public async Task ReopenBucketsAsync(string id, IEnumerable<string> buckets, CancellationToken cancellation)
    {
        foreach (var bucket in buckets) await store.CommitAsync(Tables.Occurrences, PartitionOf(id), [RowWrite.Delete(BucketRow(id, bucket))], cancellation);
    }

    /// <summary>Those that are not over. What is noted there may have been over for a moment.</summary>
    public async Task<IReadOnlyList<RunningOccurrence>> RunningAsync(CancellationToken cancellation) =>
        [.. (await store.ReadRangeAsync(Tables.Occurrences, RunningPartition, RowRange.All, MostRunning, cancellation)).Rows.Select(row => row.As(CampaignsJson.Default.RunningOccurrence))];

    /// <summary>Idempotent.</summary>
    public Task NoteRunningAsync(Occurrence occurrence, CancellationToken cancellation) =>
        store.CommitAsync(
            Tables.Occurrences, RunningPartition,
            [RowWrite.Put(occurrence.Id, new RunningOccurrence(occurrence.Id, occurrence.Priority, occurrence.StartedAt), CampaignsJson.Default.RunningOccurrence)], cancellation);

    /// <summary>From then on it counts how long it is kept. Idempotent, on the same day.</summary>
    public async Task NoteOverAsync(string id, DateTimeOffset at, CancellationToken cancellation)
    {
        await store.CommitAsync(Tables.Occurrences, OverPartition, [RowWrite.Put(OverRow(at, id), new OverOccurrence(id), CampaignsJson.Default.OverOccurrence)], cancellation);
        await store.CommitAsync(Tables.Occurrences, RunningPartition, [RowWrite.Delete(id)], cancellation);
    }

    /// <summary>Those that were over before a time, with the row that says so; at most 100.</summary>
    public async Task<IReadOnlyList<(string Id, string Row)>> OverBeforeAsync(DateTimeOffset time, CancellationToken cancellation) =>
        [.. (await store.ReadRangeAsync(Tables.Occurrences, OverPartition, new RowRange(string.Empty, OverRow(time, string.Empty)), OverAtOnce, cancellation)).Rows
            .Select(row => (row.As(CampaignsJson.Default.OverOccurrence).Id, row.Key))];

    /// <summary>Forgets an occurrence; what says that it is to be forgotten goes last. Idempotent.</summary>
    public async Task ForgetAsync(string id, string overRow, CancellationToken cancellation)
    {
        await ReopenBucketsAsync(id, Contacts.ContactKeys.AllBuckets(), cancellation);
        foreach (var row in new[] { DefinitionRow(OccurrenceIds.UlidOf(id)), RowOf(OccurrenceIds.UlidOf(id)) }) await store.CommitAsync(Tables.Occurrences, PartitionOf(id), [RowWrite.Delete(row)], cancellation);
        await ForgetNoteAsync(overRow, cancellation);
    }

    /// <summary>Idempotent.</summary>
    public Task ForgetNoteAsync(string overRow, CancellationToken cancellation) => store.CommitAsync(Tables.Occurrences, OverPartition, [RowWrite.Delete(overRow)], cancellation);

    private static string OverRow(DateTimeOffset at, string id) => $"{at.UtcDateTime.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture)}|{id}";

    private static Occurrence Read(Row row) => row.As(CampaignsJson.Default.Occurrence);

    private static string PartitionOf(string id) => OccurrenceIds.Read(id)!.Value.Campaign;

    private static string RowOf(string ulid) => "o|" + Ids.Inverse(ulid);

    private static string DefinitionRow(string ulid) => "d|" + ulid;

    private static string BucketRow(string id, string bucket) => $"s|{OccurrenceIds.UlidOf(id)}|{bucket}";
}

/// <summary>Row <c>s|…</c>.</summary>
internal sealed record FinishedBucket(string Bucket);

/// <summary>Row of the partition <c>over</c>.</summary>
internal sealed record OverOccurrence(string Id);

/// <summary>Row of the partition <c>running</c>.</summary>
internal sealed record RunningOccurrence(string Id, int Priority, DateTimeOffset StartedAt);
