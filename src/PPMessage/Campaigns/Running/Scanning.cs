using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;

namespace PPMessage.Campaigns.Running;

/// <summary>The steps by which a bucket gets on. Each answers null when somebody else works on the bucket. Thread-safe.</summary>
internal sealed class Scanning(OccurrenceStore occurrences, ShardStore shards, TimeProvider time)
{
    /// <summary>How long a campaign of more weight may keep another waiting.</summary>
    public static readonly TimeSpan LongestCourtesy = TimeSpan.FromHours(1);

    /// <summary>A page of contacts who were not looked at yet.</summary>
    public async Task<StoredShard?> NextPageAsync(StoredShard shard, Pages pages, Plan plan, CancellationToken cancellation)
    {
        var page = await pages.BehindAsync(shard.Shard.Cursor, cancellation);
        var addressees = await WithStandingsAsync(shard.Bucket, page.Addressees, plan, cancellation);
        var (now, looked) = (time.GetUtcNow(), 0);
        var (edit, deciding) = (new ShardEdit(shard.OccurrenceId, shard.Shard, now), new Deciding(plan, now));
        // While one transaction is committed, the next is decided.
        await using var committing = new Committing(shard, (before, made) => CommitAsync(before, made, cancellation));
        foreach (var (addressee, number) in addressees.Zip(page.Numbers))
        {
            if (edit.IsFull)
            {
                if (!await committing.NextAsync(edit)) return committing.Shard;
                edit = new ShardEdit(shard.OccurrenceId, edit.After, now);
            }

            edit.Look(addressee.ContactId, number - looked);
            looked = number;
            edit.Decide(addressee.ContactId, addressee, deciding.Of(addressee), plan, null);
        }

        edit.Pass(page.Next, page.Evaluated - looked);
        return await committing.LastAsync(edit);
    }

    private static async Task<IReadOnlyList<Addressee>> WithStandingsAsync(string bucket, IReadOnlyList<Addressee> some, Plan plan, CancellationToken cancellation)
    {
        if (some.Count == 0) return some;
        var standings = await plan.Segment.StandingsAsync(bucket, [.. some.Select(one => one.ContactId)], cancellation);
        return [.. some.Zip(standings, (one, stored) => stored is var (standing, etag) ? one with { Standing = standing, StandingETag = etag } : one)];
    }

    /// <summary>Recipients whose time has come: all of it is asked anew.</summary>
    public async Task<StoredShard?> DecideAnewAsync(StoredShard shard, Plan plan, IReadOnlyList<(string Key, DeferredRow Row)> due, CancellationToken cancellation)
    {
        var found = await plan.Segment.ReadManyAsync([.. due.Select(one => one.Row.ContactId)], withStanding: true, cancellation);
        var now = time.GetUtcNow();
        var (edit, addressing, deciding) = (new ShardEdit(shard.OccurrenceId, shard.Shard, now), new Addressing(plan), new Deciding(plan, now));
        foreach (var (key, (contactId, retriedIn)) in due)
        {
            if (edit.IsFull) break;
            var candidate = found.GetValueOrDefault(contactId);
            var addressee = candidate is null ? null : addressing.Of(candidate);
            var decision = candidate is null || addressee?.ContactId != contactId ? new Decision.Skip(Reasons.Gone)
                : !plan.Segment.Matches(candidate, now) ? new Decision.Skip(Reasons.LeftSegment)
                : deciding.Of(addressee);
            edit.Decide(contactId, addressee, decision, plan, key, retriedIn);
        }

        return (await CommitAsync(shard, edit, cancellation)).After;
    }

    /// <summary>Of a cancelled occurrence: nobody waits any more, and nobody else is looked at.</summary>
    public async Task<StoredShard?> SweepAsync(StoredShard shard, Plan plan, CancellationToken cancellation)
    {
        while (await shards.DueAsync(shard.OccurrenceId, shard.Bucket, DateTimeOffset.MaxValue.AddDays(-1), cancellation) is { Count: > 0 } rows)
        {
            var edit = new ShardEdit(shard.OccurrenceId, shard.Shard, time.GetUtcNow());
            foreach (var (key, row) in rows.TakeWhile(_ => !edit.IsFull)) edit.Decide(row.ContactId, null, new Decision.Skip(Reasons.Cancelled), plan, key, row.RetriedIn);
            if ((await CommitAsync(shard, edit, cancellation)).After is not { } after) return null;
            shard = after;
        }

        return shard.Shard.Scanned ? shard : await NoteAsync(shard, noted => noted with { Scanned = true }, cancellation);
    }

    /// <summary>Nothing is decided, but something is known, and be it that all chunks are handed over.</summary>
    public async Task<StoredShard?> NoteAsync(StoredShard shard, Func<Shard, Shard> change, CancellationToken cancellation)
    {
        await shard.HandingOver;
        return (await shards.CommitAsync(shard, new ShardEdit(shard.OccurrenceId, shard.Shard, time.GetUtcNow()), change, cancellation)).After;
    }

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

    /// <returns>Null when somebody else works on the bucket. Again: a contact has changed; it is read anew from where the bucket is.</returns>
    private async Task<(StoredShard? After, bool Again)> CommitAsync(StoredShard shard, ShardEdit edit, CancellationToken cancellation)
    {
        var (after, overtaken) = await shards.CommitAsync(shard, edit, null, cancellation);
        return after is null && overtaken != LedgerKeys.Shard(shard.OccurrenceId) ? (shard, true) : (after, false);
    }
}
