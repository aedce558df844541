using PPMessage.Campaigns.Ledgers;

namespace PPMessage.Campaigns.Occurrences;

/// <summary>A run of a campaign as the API shows it.</summary>
/// <param name="Local">What its schedule named, by the clock of <paramref name="TimeZone"/>; <c>local</c>: each contact's own.</param>
/// <param name="Progress">Null in lists.</param>
internal sealed record OccurrenceView(
    string Id, string CampaignId, OccurrenceState State, OccurrenceReason? Reason, DateTimeOffset ScheduledAt, string Local, string TimeZone, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt,
    ProgressView? Progress)
{
    public static OccurrenceView Of(Occurrence o, ProgressView? progress) => new(
        o.Id, OccurrenceIds.CampaignOf(o.Id), o.State, o.Reason, o.ScheduledAt, o.Local.ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture), o.Zone, o.StartedAt, o.FinishedAt, progress);
}

/// <summary>How far a run is. Everybody who matched is in exactly one of skipped, deferred, queued, sent, failed and unknown.</summary>
/// <param name="Evaluated">Contacts that were looked at.</param>
/// <param name="Skipped">By reason.</param>
/// <param name="Sent">Taken by the provider; what it could not deliver is among them.</param>
/// <param name="Failed">By the provider's code.</param>
/// <param name="Undelivered">Of those sent, by the provider's code.</param>
/// <param name="BucketsDone">Of 32 parts of all contacts.</param>
/// <param name="PerSecond">Sent, on the average since it began.</param>
/// <param name="SecondsLeft">Until all that wait are sent at that pace; null: not to be told while contacts are still looked at, nothing was sent, or nothing is to be sent any more.</param>
internal sealed record ProgressView(
    long Evaluated, long Matched, IReadOnlyDictionary<string, long> Skipped, long Deferred, long Queued, long Sent, IReadOnlyDictionary<string, long> Failed, long Unknown,
    long Delivered, IReadOnlyDictionary<string, long> Undelivered, long Opened, long Clicked, long Answered, long Unsubscribed, long Complained, int BucketsDone, double PerSecond, long? SecondsLeft)
{
    public static ProgressView Of(Tally tally, Occurrence occurrence, DateTimeOffset now)
    {
        var (sent, failed, unknown) = (tally.Of(CountWords.Sent), tally.ByReason(CountWords.Failed), tally.Of(CountWords.Unknown));
        var (skippedLate, deferredLate) = (tally.ByReason(CountWords.Skipped), tally.Of(CountWords.Deferred));
        var settled = sent + failed.Values.Sum() + unknown + skippedLate.Values.Sum() + deferredLate;
        var (queued, deferred) = (tally.Shards.Sum(shard => shard.Queued) - settled, tally.Shards.Sum(shard => shard.Deferred) + deferredLate);
        var elapsed = ((occurrence.FinishedAt ?? now) - occurrence.StartedAt).TotalSeconds;
        var pace = elapsed > 0 ? sent / elapsed : 0;
        var isScanned = tally.Shards.Count == Contacts.ContactKeys.Buckets && tally.Shards.All(shard => shard.Scanned);
        return new ProgressView(
            tally.Shards.Sum(shard => shard.Evaluated), tally.Shards.Sum(shard => shard.Matched), Together(tally.Shards.SelectMany(shard => shard.Skipped).Concat(skippedLate)), deferred, queued, sent,
            failed, unknown, tally.Of(LedgerWords.Delivered), tally.ByReason(CountWords.Undelivered), tally.Of(LedgerWords.Opened), tally.Of(LedgerWords.Clicked), tally.Of(LedgerWords.Answered),
            tally.Of(LedgerWords.Unsubscribed), tally.Of(LedgerWords.Complained), DoneOf(tally, occurrence), Math.Round(pace, 2),
            isScanned && pace > 0 && occurrence.State != OccurrenceState.Cancelled ? (long)Math.Ceiling((queued + deferred) / pace) : null);
    }

    // Whoever finished the last may have died before that bucket's own row said so.
    private static int DoneOf(Tally tally, Occurrence occurrence) => occurrence.FinishedAt is null ? tally.Shards.Count(shard => shard.Done) : Contacts.ContactKeys.Buckets;

    private static Dictionary<string, long> Together(IEnumerable<KeyValuePair<string, long>> counts) =>
        counts.GroupBy(count => count.Key).Select(same => (same.Key, Sum: same.Sum(count => count.Value))).Where(one => one.Sum != 0).ToDictionary(one => one.Key, one => one.Sum);
}

/// <summary>One recipient as the API shows it.</summary>
/// <param name="Name">The contact's; null: it has none, or is gone.</param>
/// <param name="State">The furthest that is known of it.</param>
internal sealed record RecipientView(
    string ContactId, string? Name, string State, string? Reason, string? Detail, string? Variant, string? ChannelKind, string? ConversationId, string? MessageId, string? RunId, DateTimeOffset At,
    DateTimeOffset? Until, IReadOnlyList<LedgerWord> Words)
{
    // What says more comes first.
    private static readonly string[] Furthest = [LedgerWords.Answered, LedgerWords.Clicked, LedgerWords.Opened, LedgerWords.Delivered];

    public static readonly IReadOnlyList<string> States =
        [.. Http.Words<RecipientState>.All, .. Furthest.Reverse()];

    public static RecipientView Of(RecipientRow row, string? name)
    {
        var (entry, failed) = (row.Entry, row.Words.FirstOrDefault(word => word.Word == LedgerWords.Failed));
        return new RecipientView(
            entry.ContactId, name, StateOf(row), failed?.Code ?? entry.Reason, failed?.Detail ?? entry.Detail, entry.Variant, entry.ChannelKind, entry.ConversationId, entry.MessageId, entry.RunId, entry.At,
            entry.Until, [.. row.Words.OrderBy(word => word.At)]);
    }

    public static string StateOf(RecipientRow row) =>
        Furthest.FirstOrDefault(row.Has)
        ?? Http.Words<RecipientState>.Of(row.Has(LedgerWords.Failed) ? RecipientState.Failed : row.Entry.State);
}

/// <summary>What came of a run, or of several, by content and channel and by hour.</summary>
internal sealed record StatsView(IReadOnlyList<StatsRow> Rows, IReadOnlyList<StatsHour> Hours);

/// <param name="Variant">Null: there was nothing to compare.</param>
/// <param name="Counts">By word: sent, delivered, opened, clicked, answered, unsubscribed, complained, failed, undelivered, skipped.</param>
internal sealed record StatsRow(string? Variant, string? ChannelKind, IReadOnlyDictionary<string, long> Counts, IReadOnlyDictionary<string, long> FailedBy);

/// <param name="At">The hour's beginning, UTC.</param>
internal sealed record StatsHour(DateTimeOffset At, IReadOnlyDictionary<string, long> Counts);
