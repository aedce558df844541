using System.Text.Json;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Goes through one bucket of contacts for an occurrence: decides page by page, and hands over in chunks. Its message lives as long as the bucket has anything left; a run of
/// it takes <see cref="Slice"/>, then puts the next. Of two that work on one bucket the one that is overtaken ends. Operations: 2 for a page of 500 contacts, more where the
/// filter asks for more (<c>Candidates</c>); 2 for each transaction of up to 48 recipients.
/// </summary>
internal sealed class ShardWorkHandler(
    OccurrenceStore occurrences, OccurrenceControl control, Plans plans, ShardStore shards, Scanning scanning, Retrying retrying, Beginning beginning, WorkQueue queue, PPMessageOptions options, TimeProvider time) : IWorkHandler
{
    public const string Word = "campaign-shard";

    /// <summary>Long enough to be worth taking up, short enough that nothing is lost by a death.</summary>
    public static readonly TimeSpan Slice = TimeSpan.FromSeconds(20);

    // 2 to the power of which makes 48 s of 3.
    private const int MostIdle = 4;

    private static readonly TimeSpan LooksEach = TimeSpan.FromSeconds(1);

    // Who is deferred to the next hour comes then, and not a queue's longest hiding later.
    private static readonly TimeSpan LongestHop = TimeSpan.FromDays(6);

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    /// <summary>A run that would wait for this for ever stands still, and says why: resumed, it takes up whatever is left.</summary>
    public Task GiveUpAsync(JsonElement payload, string reason, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(payload, CampaignsJson.Default.ShardWork) is { } work ? control.PauseForAsync(work.OccurrenceId, new OccurrenceReason("work", reason), cancellation) : Task.CompletedTask;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, CampaignsJson.Default.ShardWork) is not { } work) return;
        if (await CurrentAsync(work, cancellation) is not { } occurrence)
        {
            await NoteOverAsync(work, cancellation);
            return;
        }

        if (await plans.OfAsync(occurrence, cancellation) is not { } plan) return;
        var shard = await shards.ReadAsync(work.OccurrenceId, work.Bucket, cancellation);
        if (IsDone(shard.Shard, occurrence) || await TakenUpAsync(shard, occurrence, plan, cancellation) is not { } taken) return;
        var after = occurrence.State == OccurrenceState.Cancelled ? await scanning.SweepAsync(taken, plan, cancellation) : await RunAsync(taken, occurrence, plan, work, cancellation);
        if (after is null) return;
        await GoOnAsync(after, taken.Shard, occurrence, work, cancellation);
    }

    private static bool IsDone(Shard shard, Occurrence occurrence) => shard.Done && shard.Generation == occurrence.Generation;

    /// <summary>Null: it stands still, is over, or was set going anew since.</summary>
    private async Task<Occurrence?> CurrentAsync(ShardWork work, CancellationToken cancellation) =>
        await occurrences.FindAsync(work.OccurrenceId, cancellation) is { Occurrence: { State: OccurrenceState.Running or OccurrenceState.Cancelled } occurrence }
        && occurrence.Generation == work.Generation ? occurrence : null;

    /// <summary>Chunks that nobody carries are handed over; null: somebody else works on the bucket.</summary>
    private async Task<StoredShard?> TakenUpAsync(StoredShard shard, Occurrence occurrence, Plan plan, CancellationToken cancellation)
    {
        if (shard.Shard.Generation == occurrence.Generation)
        {
            await shards.HandOverAsync(shard, cancellation);
            return shard with { Shard = shard.Shard with { HandedOver = shard.Shard.NextChunk } };
        }

        // It may have been set going anew since somebody asked for that.
        if (shard.Shard.Generation < occurrence.RetriedIn && await retrying.RunAsync(shard, plan, occurrence.RetriedIn, cancellation) is var retried)
        {
            if (retried is null) return null;
            shard = retried;
        }

        await shards.HandOverAllAsync(shard, occurrence.Generation, cancellation);
        return await scanning.NoteAsync(shard, noted => noted with { Generation = occurrence.Generation, HandedOver = noted.NextChunk, Done = false }, cancellation);
    }

    /// <summary>Null: overtaken, or standing still since.</summary>
    private async Task<StoredShard?> RunAsync(StoredShard shard, Occurrence occurrence, Plan plan, ShardWork work, CancellationToken cancellation)
    {
        var (until, looked, pages) = (time.GetUtcNow() + Slice, DateTimeOffset.MinValue, new Pages(plan, shard.Bucket, time));
        while (time.GetUtcNow() < until)
        {
            IReadOnlyList<(string Key, DeferredRow Row)> due = [];
            // What else happens is looked at now and then: each page is a few milliseconds.
            if (shard.Shard.Scanned || time.GetUtcNow() - looked >= LooksEach)
            {
                if (await CurrentAsync(work, cancellation) is null)
                {
                    await shard.HandingOver;
                    return null;
                }

                if (await MustWaitAsync(shard, occurrence, cancellation)) return shard;
                (due, looked) = (await shards.DueAsync(shard.OccurrenceId, shard.Bucket, time.GetUtcNow(), cancellation), time.GetUtcNow());
                if (due.Count == 0 && shard.Shard.Scanned) return shard;
            }

            if (due.Count > 0) pages.Forget();
            var after = due.Count > 0 ? await scanning.DecideAnewAsync(shard, plan, due, cancellation) : await scanning.NextPageAsync(shard, pages, plan, cancellation);
            if (after is null) return null;
            shard = after;
        }

        return shard;
    }

    // Enough waits to be sent; or a campaign of more weight takes its places first.
    private async Task<bool> MustWaitAsync(StoredShard shard, Occurrence occurrence, CancellationToken cancellation) =>
        await shards.OpenChunksAsync(shard.OccurrenceId, shard.Bucket, options.Campaigns.OpenChunks, cancellation) >= options.Campaigns.OpenChunks
        || (!shard.Shard.Scanned && await scanning.IsOutrankedAsync(occurrence, shard.Bucket, cancellation));

    private async Task GoOnAsync(StoredShard shard, Shard before, Occurrence occurrence, ShardWork work, CancellationToken cancellation)
    {
        var noted = shard.IsBehind ? await scanning.NoteAsync(shard, behind => behind with { HandedOver = behind.NextChunk }, cancellation) : shard;
        if (noted is null) return;
        if (noted.Shard.Scanned && await shards.OpenChunksAsync(work.OccurrenceId, work.Bucket, 1, cancellation) == 0 && await shards.FirstDeferredAsync(work.OccurrenceId, work.Bucket, cancellation) is null)
        {
            await FinishAsync(noted, occurrence, cancellation);
            return;
        }

        var idle = noted.Shard == before ? Math.Min(work.Idle + 1, MostIdle) : 0;
        await queue.PutBulkAsync(Word, work with { Idle = idle }, CampaignsJson.Default.ShardWork, await NextLookAsync(noted, occurrence, idle, cancellation), cancellation);
    }

    // While nothing happens it looks less and less often.
    private async Task<TimeSpan> NextLookAsync(StoredShard shard, Occurrence occurrence, int idle, CancellationToken cancellation)
    {
        var soon = options.Campaigns.LookAgain * (1 << idle);
        if (!shard.Shard.Scanned) return await MustWaitAsync(shard, occurrence, cancellation) ? options.Campaigns.LookAgain : idle > 0 ? soon : TimeSpan.Zero;
        if (await shards.OpenChunksAsync(shard.OccurrenceId, shard.Bucket, 1, cancellation) > 0 || await shards.FirstDeferredAsync(shard.OccurrenceId, shard.Bucket, cancellation) is not { } first) return soon;
        var left = LedgerKeys.ReadDeferred(first).Until - time.GetUtcNow();
        return left < options.Campaigns.LookAgain ? options.Campaigns.LookAgain : left < LongestHop ? left : LongestHop;
    }

    /// <summary>The bucket's own row last: until it says that it is done, whoever comes finishes what is left of this.</summary>
    private async Task FinishAsync(StoredShard shard, Occurrence occurrence, CancellationToken cancellation)
    {
        await occurrences.FinishBucketAsync(occurrence.Id, shard.Bucket, cancellation);
        if (await occurrences.FinishedBucketsAsync(occurrence.Id, cancellation) == Contacts.ContactKeys.Buckets) await CloseAsync(occurrence.Id, occurrence.Generation, cancellation);
        await scanning.NoteAsync(shard, noted => noted with { Done = true }, cancellation);
    }

    /// <summary>Whoever closed the occurrence may have died before that was known everywhere.</summary>
    private async Task NoteOverAsync(ShardWork work, CancellationToken cancellation)
    {
        if (await occurrences.FindAsync(work.OccurrenceId, cancellation) is not { Occurrence: { State: OccurrenceState.Finished, FinishedAt: { } at } occurrence } || occurrence.Generation != work.Generation) return;
        await occurrences.NoteOverAsync(occurrence.Id, at, cancellation);
        await beginning.EndAsync(OccurrenceIds.CampaignOf(occurrence.Id), cancellation);
    }

    private async Task CloseAsync(string id, int generation, CancellationToken cancellation)
    {
        while (await occurrences.FindAsync(id, cancellation) is { Occurrence: { FinishedAt: null } occurrence } found && occurrence.Generation == generation && occurrence.State != OccurrenceState.Paused)
        {
            var state = occurrence.State == OccurrenceState.Cancelled ? OccurrenceState.Cancelled : OccurrenceState.Finished;
            if (await occurrences.ReplaceAsync(occurrence with { State = state, FinishedAt = time.GetUtcNow() }, found.ETag, cancellation)) break;
        }

        await occurrences.NoteOverAsync(id, time.GetUtcNow(), cancellation);
        await beginning.EndAsync(OccurrenceIds.CampaignOf(id), cancellation);
    }
}
