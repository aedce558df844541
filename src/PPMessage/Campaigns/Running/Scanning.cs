using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Running;

/// <summary>The steps by which a bucket gets on. Each answers null when somebody else works on the bucket. Thread-safe.</summary>
internal sealed class Scanning(OccurrenceStore occurrences, ShardStore shards, TimeProvider time)
{
    /// <summary>How long a campaign of more weight may keep another waiting.</summary>
    public static readonly TimeSpan LongestCourtesy = TimeSpan.FromHours(1);

    /// <summary>A page of contacts who were not looked at yet.</summary>
    public async Task<StoredShard?> NextPageAsync(StoredShard shard, Plan plan, CancellationToken cancellation)
    {
        var page = await plan.Segment.ReadAsync(shard.Bucket, shard.Shard.Cursor, Candidates.PageRows, withStanding: false, cancellation);
        var now = time.GetUtcNow();
        var edit = new ShardEdit(shard.OccurrenceId, shard.Shard, now);
        var matching = await MatchingAsync(shard.Bucket, page, plan, now, cancellation);
        foreach (var candidate in page.Candidates)
        {
            if (edit.IsFull)
            {
                var (after, again) = await CommitAsync(shard, edit, cancellation);
                if (after is null || again) return after;
                (shard, edit) = (after, new ShardEdit(after.OccurrenceId, after.Shard, now));
            }

            var id = candidate.Glance.Id;
            edit.Look(id, matching.ContainsKey(id));
            if (matching.GetValueOrDefault(id) is { } matched) edit.Decide(id, matched, Deciding.Of(matched, plan, now), plan, null);
        }

        edit.Pass(page.Next);
        return (await CommitAsync(shard, edit, cancellation)).After;
    }

    /// <summary>Those who are in the segment, with their standings, by id.</summary>
    private static async Task<IReadOnlyDictionary<string, Candidate>> MatchingAsync(string bucket, CandidatePage page, Plan plan, DateTimeOffset now, CancellationToken cancellation)
    {
        var matching = page.Candidates.Where(candidate => plan.Segment.Matches(candidate, now)).ToList();
        if (matching.Count == 0) return new Dictionary<string, Candidate>();
        return (await plan.Segment.WithStandingsAsync(bucket, matching, cancellation)).ToDictionary(candidate => candidate.Glance.Id);
    }

    /// <summary>Recipients whose time has come: all of it is asked anew.</summary>
    public async Task<StoredShard?> DecideAnewAsync(StoredShard shard, Plan plan, IReadOnlyList<string> due, CancellationToken cancellation)
    {
        var contacts = due.Select(row => (Row: row, LedgerKeys.ReadDeferred(row).ContactId)).ToList();
        var found = await plan.Segment.ReadManyAsync([.. contacts.Select(one => one.ContactId)], withStanding: true, cancellation);
        var now = time.GetUtcNow();
        var edit = new ShardEdit(shard.OccurrenceId, shard.Shard, now);
        foreach (var (row, contactId) in contacts)
        {
            if (edit.IsFull) break;
            var candidate = found.GetValueOrDefault(contactId);
            edit.Decide(contactId, candidate, DecideAnew(contactId, candidate, plan, now), plan, row);
        }

        return (await CommitAsync(shard, edit, cancellation)).After;
    }

    /// <summary>Of a cancelled occurrence: nobody waits any more, and nobody else is looked at.</summary>
    public async Task<StoredShard?> SweepAsync(StoredShard shard, Plan plan, CancellationToken cancellation)
    {
        while (await shards.DueAsync(shard.OccurrenceId, shard.Bucket, DateTimeOffset.MaxValue.AddDays(-1), cancellation) is { Count: > 0 } rows)
        {
            var edit = new ShardEdit(shard.OccurrenceId, shard.Shard, time.GetUtcNow());
            foreach (var row in rows.TakeWhile(_ => !edit.IsFull)) edit.Decide(LedgerKeys.ReadDeferred(row).ContactId, null, new Decision.Skip(Reasons.Cancelled), plan, row);
            if ((await CommitAsync(shard, edit, cancellation)).After is not { } after) return null;
            shard = after;
        }

        return shard.Shard.Scanned ? shard : await NoteAsync(shard, noted => noted with { Scanned = true }, cancellation);
    }

    /// <summary>Nothing is decided, but something is known.</summary>
    public async Task<StoredShard?> NoteAsync(StoredShard shard, Func<Shard, Shard> change, CancellationToken cancellation) =>
        (await shards.CommitAsync(shard, new ShardEdit(shard.OccurrenceId, shard.Shard, time.GetUtcNow()), change, cancellation)).After;

    /// <summary>Whether a campaign of more weight, under way at the same time, has still to take its places in this bucket.</summary>
    public async Task<bool> IsOutrankedAsync(Occurrence occurrence, string bucket, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now - occurrence.StartedAt > LongestCourtesy) return false;
        foreach (var other in await occurrences.RunningAsync(cancellation))
        {
            if (other.Priority <= occurrence.Priority || other.Id == occurrence.Id || now - other.StartedAt > LongestCourtesy) continue;
            if ((await shards.ReadAsync(other.Id, bucket, cancellation)).Shard is { Scanned: false } && await IsUnderWayAsync(other.Id, cancellation)) return true;
        }

        return false;
    }

    private async Task<bool> IsUnderWayAsync(string id, CancellationToken cancellation) => await occurrences.FindAsync(id, cancellation) is { Occurrence.State: OccurrenceState.Running };

    private static Decision DecideAnew(string contactId, Candidate? candidate, Plan plan, DateTimeOffset now) =>
        candidate is null || candidate.Contact.Id != contactId ? new Decision.Skip(Reasons.Gone)
        : !plan.Segment.Matches(candidate, now) ? new Decision.Skip(Reasons.LeftSegment)
        : Deciding.Of(candidate, plan, now);

    /// <returns>Null when somebody else works on the bucket. Again: a contact has changed; it is read anew from where the bucket is.</returns>
    private async Task<(StoredShard? After, bool Again)> CommitAsync(StoredShard shard, ShardEdit edit, CancellationToken cancellation)
    {
        var (after, overtaken) = await shards.CommitAsync(shard, edit, null, cancellation);
        return after is null && overtaken != LedgerKeys.Shard(shard.OccurrenceId) ? (shard, true) : (after, false);
    }
}
