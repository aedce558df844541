using PPMessage.Campaigns.Ledgers;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>One bucket of an occurrence, as it lies there.</summary>
/// <param name="ETag">Null: nothing lies there yet.</param>
internal sealed record StoredShard(string OccurrenceId, string Bucket, Shard Shard, string? ETag)
{
    /// <summary>Whether what lies there does not say yet that all chunks are handed over.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Ends when the last chunk is handed over; those before it are. It goes on while the next one is decided and committed, which does not say that it has ended.</summary>
    public Task HandingOver { get; init; } = Task.CompletedTask;
}

/// <summary>Reads and writes buckets of occurrences, and hands their chunks over. Thread-safe.</summary>
internal sealed class ShardStore(IStore store, WorkQueue queue)
{
    public const int DeferredAtOnce = 100;

    public async Task<StoredShard> ReadAsync(string occurrenceId, string bucket, CancellationToken cancellation)
    {
        var row = await store.ReadAsync(Tables.Contacts, bucket, LedgerKeys.Shard(occurrenceId), cancellation);
        return new StoredShard(occurrenceId, bucket, row?.As(CampaignsJson.Default.Shard) ?? new Shard(), row?.ETag);
    }

    /// <summary>
    /// Commits, then begins to put the work of the chunk that it makes: who dies in between leaves it to whoever takes up the bucket. Comes back when the chunks before it are handed over.
    /// </summary>
    /// <returns>Null with the row that somebody else has changed.</returns>
    public Task<(StoredShard? After, string? Overtaken)> CommitAsync(StoredShard before, ShardEdit edit, Func<Shard, Shard>? change, CancellationToken cancellation) =>
        CommitAsync(before, edit, change, null, cancellation);

    /// <inheritdoc cref="CommitAsync(StoredShard, ShardEdit, Func{Shard, Shard}?, CancellationToken)"/>
    /// <param name="generation">Of the chunk's work; null: the shard's.</param>
    public async Task<(StoredShard? After, string? Overtaken)> CommitAsync(StoredShard before, ShardEdit edit, Func<Shard, Shard>? change, int? generation, CancellationToken cancellation)
    {
        // It may have been begun before it was known that more are handed over.
        var after = edit.After with { HandedOver = before.Shard.HandedOver };
        if (change is not null) after = change(after);
        var committing = store.CommitAsync(Tables.Contacts, before.Bucket, edit.Finish(before.ETag, after), cancellation);
        await Task.WhenAll(committing, before.HandingOver);
        if (await committing is { Committed: false } refused) return (null, refused.Conflict!.Key);
        var handingOver = edit.HasChunk ? HandOverAsync(before.OccurrenceId, before.Bucket, before.Shard.NextChunk, generation ?? after.Generation, TimeSpan.Zero, cancellation) : Task.CompletedTask;
        // Told with a later commit.
        return (before with
        {
            Shard = after with { HandedOver = before.Shard.NextChunk },
            ETag = (await committing).ETags[0],
            IsBehind = after.HandedOver < after.NextChunk,
            HandingOver = handingOver,
        }, null);
    }

    public Task HandOverAsync(string occurrenceId, string bucket, int number, int generation, TimeSpan after, CancellationToken cancellation) =>
        queue.PutBulkAsync(ChunkWorkHandler.Word, new ChunkWork(occurrenceId, bucket, number, generation), CampaignsJson.Default.ChunkWork, after, cancellation);

    /// <summary>Puts the work of chunks that were committed and may not have it.</summary>
    public async Task HandOverAsync(StoredShard shard, CancellationToken cancellation)
    {
        for (var number = shard.Shard.HandedOver; number < shard.Shard.NextChunk; number++)
            await HandOverAsync(shard.OccurrenceId, shard.Bucket, number, shard.Shard.Generation, TimeSpan.Zero, cancellation);
    }

    /// <summary>Puts the work of every chunk that is not sent.</summary>
    public async Task HandOverAllAsync(StoredShard shard, int generation, CancellationToken cancellation)
    {
        foreach (var row in await store.ReadAllAsync(Tables.Contacts, shard.Bucket, LedgerKeys.Chunks(shard.OccurrenceId), cancellation))
            await HandOverAsync(shard.OccurrenceId, shard.Bucket, NumberOf(row.Key), generation, TimeSpan.Zero, cancellation);
    }

    /// <summary>How many chunks are not sent, up to a number.</summary>
    public async Task<int> OpenChunksAsync(string occurrenceId, string bucket, int most, CancellationToken cancellation) =>
        (await store.ReadRangeAsync(Tables.Contacts, bucket, LedgerKeys.Chunks(occurrenceId), most, cancellation)).Rows.Count;

    /// <summary>Recipients who are to be decided by then, and the keys of the rows that say so.</summary>
    public async Task<IReadOnlyList<(string Key, DeferredRow Row)>> DueAsync(string occurrenceId, string bucket, DateTimeOffset now, CancellationToken cancellation) =>
        [.. (await store.ReadRangeAsync(Tables.Contacts, bucket, LedgerKeys.DueBy(occurrenceId, now), DeferredAtOnce, cancellation)).Rows.Select(row => (row.Key, row.As(CampaignsJson.Default.DeferredRow)))];

    /// <summary>The first of all that are deferred; null: none is.</summary>
    public async Task<string?> FirstDeferredAsync(string occurrenceId, string bucket, CancellationToken cancellation) =>
        (await store.ReadRangeAsync(Tables.Contacts, bucket, LedgerKeys.AllDeferred(occurrenceId), 1, cancellation)).Rows.Select(row => row.Key).FirstOrDefault();

    private static int NumberOf(string chunkRow) => int.Parse(chunkRow.AsSpan(chunkRow.LastIndexOf('|') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
