using PPMessage.Campaigns.Ledgers;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Decides anew on those of a bucket who have failed, by the same rules but for the segment: who was in it when it was decided first is meant. Each once for each time that
/// somebody asks for it. Thread-safe.
/// </summary>
internal sealed class Retrying(LedgerReader ledger, ShardStore shards, TimeProvider time)
{
    /// <summary>Null: somebody else works on the bucket.</summary>
    public async Task<StoredShard?> RunAsync(StoredShard shard, Plan plan, int generation, CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var (rows, next) = await ledger.PageAsync(shard.OccurrenceId, shard.Bucket, after, cancellation);
            foreach (var failed in rows.Where(row => row.HasFailed && row.Entry.RetriedIn < generation).Chunk(Math.Min(ShardEdit.RetriedAtOnce, plan.MostInChunk)))
            {
                var edit = await DecideAsync(shard, plan, failed, generation, cancellation);
                var (committed, overtaken) = await shards.CommitAsync(shard, edit, noted => noted with { Generation = shard.Shard.Generation }, generation, cancellation);
                // A contact has changed: it is asked once more.
                if (committed is null && overtaken != LedgerKeys.Shard(shard.OccurrenceId)) return await RunAsync(shard, plan, generation, cancellation);
                if (committed is null) return null;
                shard = committed;
            }

            after = next;
        }
        while (after is not null);
        return shard;
    }

    private async Task<ShardEdit> DecideAsync(StoredShard shard, Plan plan, RecipientRow[] failed, int generation, CancellationToken cancellation)
    {
        var candidates = await plan.Segment.ReadManyAsync([.. failed.Select(row => row.Entry.ContactId)], withStanding: true, cancellation);
        var now = time.GetUtcNow();
        var (edit, addressing, deciding) = (new ShardEdit(shard.OccurrenceId, shard.Shard, now), new Addressing(plan), new Deciding(plan, now));
        foreach (var row in failed)
        {
            // The place in the caps that it still has is its own: what was in doubt, or could not be delivered, has not given it back.
            var addressee = candidates.GetValueOrDefault(row.Entry.ContactId) is { } found ? addressing.Of(found with { Standing = Caps.GivenBack(found.Standing, shard.OccurrenceId) }) : null;
            var decision = addressee is null || addressee.ContactId != row.Entry.ContactId ? new Decision.Skip(Reasons.Gone) : deciding.Again(addressee);
            edit.Retry(row, addressee, decision, plan, generation);
        }

        return edit;
    }
}
