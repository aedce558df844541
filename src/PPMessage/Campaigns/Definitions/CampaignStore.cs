using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Definitions;

/// <summary>
/// Campaigns in table <c>Config</c>, partition <c>campaign</c>, row = id; beside each that is active, in the partition <c>campaignclock</c>, what the clock reads every
/// minute (<see cref="ClockEntry"/>): campaigns may be long. Thread-safe.
/// </summary>
internal sealed class CampaignStore(IStore store)
{
    public const int Most = 1000;

    private const string Partition = "campaign";
    private const string ClockPartition = "campaignclock";

    public static bool IsId(string id) => Ids.UlidOf(id, Campaign.IdPrefix, 0) is not null && Ids.IsBase32(id.AsSpan(Campaign.IdPrefix.Length));

    public async Task<(Campaign Campaign, string ETag)?> FindAsync(string id, CancellationToken cancellation) =>
        IsId(id) && await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row ? (Read(row), row.ETag) : null;

    public async Task<Page<Campaign>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, page.Cursor is { } cursor ? RowRange.All.Behind(cursor) : RowRange.All, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    public async Task<IReadOnlyList<Campaign>> AllAsync(CancellationToken cancellation) =>
        [.. (await store.ReadAllAsync(Tables.Config, Partition, RowRange.All, cancellation)).Select(Read)];

    /// <summary>Two that are made at the same moment may end up one over: nothing depends on the exact number.</summary>
    public async Task<bool> IsFullAsync(CancellationToken cancellation) => (await store.ReadRangeAsync(Tables.Config, Partition, RowRange.All, Most, cancellation)).Rows.Count == Most;

    /// <summary>False when there is one with this id.</summary>
    public async Task<bool> InsertAsync(Campaign campaign, CancellationToken cancellation) =>
        (await CommitAsync(RowWrite.Insert(campaign.Id, campaign, CampaignsJson.Default.Campaign), cancellation)).Committed;

    /// <summary>False when it has changed meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Campaign campaign, string etag, CancellationToken cancellation) =>
        (await CommitAsync(RowWrite.Replace(campaign.Id, etag, campaign, CampaignsJson.Default.Campaign), cancellation)).Committed;

    /// <inheritdoc cref="ReplaceAsync"/>
    public async Task<bool> DeleteAsync(string id, string etag, CancellationToken cancellation) => (await CommitAsync(RowWrite.Delete(id, etag), cancellation)).Committed;

    /// <summary>Of all that are active.</summary>
    public async Task<IReadOnlyList<(ClockEntry Entry, string ETag)>> ClockAsync(CancellationToken cancellation) =>
        [.. (await store.ReadAllAsync(Tables.Config, ClockPartition, RowRange.All, cancellation)).Select(row => (row.As(CampaignsJson.Default.ClockEntry), row.ETag))];

    /// <summary>The clock looks after it, from the entry's time on: what was due before is not begun any more. Idempotent.</summary>
    public Task WindAsync(ClockEntry entry, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Config, ClockPartition, [RowWrite.Put(entry.CampaignId, entry, CampaignsJson.Default.ClockEntry)], cancellation);

    /// <summary>The same for one that may be looked after already: by the same schedule, what it has not begun yet stays due. Idempotent.</summary>
    public async Task KeepWoundAsync(ClockEntry entry, CancellationToken cancellation)
    {
        var there = (await store.ReadAsync(Tables.Config, ClockPartition, entry.CampaignId, cancellation))?.As(CampaignsJson.Default.ClockEntry);
        if (there is null || Text(there with { Until = entry.Until }) != Text(entry)) await WindAsync(entry, cancellation);
    }

    /// <summary>False when it was wound or stopped meanwhile.</summary>
    public async Task<bool> AdvanceAsync(ClockEntry entry, string etag, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Config, ClockPartition, [RowWrite.Replace(entry.CampaignId, etag, entry, CampaignsJson.Default.ClockEntry)], cancellation)).Committed;

    /// <summary>The clock does not look after it any more. Idempotent.</summary>
    public Task StopClockAsync(string id, CancellationToken cancellation) => store.CommitAsync(Tables.Config, ClockPartition, [RowWrite.Delete(id)], cancellation);

    private static string Text(ClockEntry entry) => System.Text.Json.JsonSerializer.Serialize(entry, CampaignsJson.Default.ClockEntry);

    private static Campaign Read(Row row) => row.As(CampaignsJson.Default.Campaign);

    private Task<CommitResult> CommitAsync(RowWrite write, CancellationToken cancellation) => store.CommitAsync(Tables.Config, Partition, [write], cancellation);
}

/// <summary>What the clock knows of an active campaign.</summary>
/// <param name="Until">All that was due up to then is started, or was skipped.</param>
internal sealed record ClockEntry(string CampaignId, Schedules.Schedule Schedule, DateTimeOffset Until);
