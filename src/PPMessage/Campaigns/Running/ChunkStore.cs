using PPMessage.Campaigns.Ledgers;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Running;

/// <summary>A chunk as it lies there.</summary>
internal sealed record StoredChunk(string OccurrenceId, string Bucket, int Number, Chunk Chunk, string ETag);

/// <summary>Reads chunks and writes what came of them. Thread-safe.</summary>
internal sealed class ChunkStore(IStore store, TimeProvider time)
{
    private const int Tries = 20;

    // Of a recipient: ledger, standing, and a row by which it is deferred.
    private const int SettledAtOnce = (Limits.TransactionRows - 2) / 3;

    /// <summary>Null: all of it is done.</summary>
    public async Task<StoredChunk?> ReadAsync(string occurrenceId, string bucket, int number, CancellationToken cancellation)
    {
        var row = await store.ReadAsync(Tables.Contacts, bucket, LedgerKeys.Chunk(occurrenceId, number), cancellation);
        return row is null ? null : new StoredChunk(occurrenceId, bucket, number, row.As(CampaignsJson.Default.Chunk), row.ETag);
    }

    /// <summary>Null: somebody else has changed it.</summary>
    public async Task<StoredChunk?> ReplaceAsync(StoredChunk before, Chunk after, CancellationToken cancellation)
    {
        var write = RowWrite.Replace(LedgerKeys.Chunk(before.OccurrenceId, before.Number), before.ETag, after, CampaignsJson.Default.Chunk);
        var result = await store.CommitAsync(Tables.Contacts, before.Bucket, [write], cancellation);
        return result.Committed ? before with { Chunk = after, ETag = result.ETags[0] } : null;
    }

    /// <summary>
    /// Ledger, places that are given back, what is to be counted, and the chunk without those who are done, in one transaction for up to 32 of them. Operations: one for each,
    /// and one for each place that is given back.
    /// </summary>
    /// <returns>Whether all of it is done. Where somebody else has changed it meanwhile that is not known: it is to be looked at again.</returns>
    public async Task<bool> SettleAsync(StoredChunk chunk, IReadOnlyList<ItemResult> results, CancellationToken cancellation)
    {
        foreach (var done in results.Where(result => result.Entry is not null).Chunk(SettledAtOnce))
        {
            if (await SettleAsync(chunk, done, cancellation) is not { } left) return false;
            chunk = left;
        }

        return chunk.Chunk.Items.Count == 0;
    }

    /// <summary>The chunk as it is then, be it empty and gone; null: somebody else has changed it.</summary>
    private async Task<StoredChunk?> SettleAsync(StoredChunk chunk, ItemResult[] done, CancellationToken cancellation)
    {
        var left = chunk.Chunk with { Items = [.. chunk.Chunk.Items.Where(item => done.All(result => result.Item.ContactId != item.ContactId))] };
        for (var i = 0; i < Tries; i++)
        {
            IReadOnlyList<RowWrite> writes = [ChunkWrite(chunk, left), Note(chunk, left, done), .. done.SelectMany(result => Writes(chunk, result)), .. await GivenBackAsync(chunk, done, cancellation)];
            var result = await store.CommitAsync(Tables.Contacts, chunk.Bucket, writes, cancellation);
            if (result.Committed) return chunk with { Chunk = left, ETag = result.ETags[0] };
            if (result.Conflict!.Key == LedgerKeys.Chunk(chunk.OccurrenceId, chunk.Number)) return null;
        }

        throw new StoreException($"Bucket {chunk.Bucket} is too busy.");
    }

    private static RowWrite ChunkWrite(StoredChunk chunk, Chunk left)
    {
        var key = LedgerKeys.Chunk(chunk.OccurrenceId, chunk.Number);
        return left.Items.Count == 0 ? RowWrite.Delete(key, chunk.ETag) : RowWrite.Replace(key, chunk.ETag, left, CampaignsJson.Default.Chunk);
    }

    // Fewer are left each time: said again it is the same note.
    private RowWrite Note(StoredChunk chunk, Chunk left, ItemResult[] done) => RowWrite.Put(
        LedgerKeys.Note(chunk.OccurrenceId, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"k{chunk.Number:D7}-{left.Items.Count}")),
        new CountNote(time.GetUtcNow(), done.GroupBy(result => result.CountedAs).ToDictionary(same => same.Key, same => same.LongCount())), CampaignsJson.Default.CountNote);

    private static IEnumerable<RowWrite> Writes(StoredChunk chunk, ItemResult result)
    {
        var entry = result.Entry! with { RetriedIn = result.Item.RetriedIn };
        yield return RowWrite.Put(LedgerKeys.Entry(chunk.OccurrenceId, entry.ContactId), entry, CampaignsJson.Default.LedgerEntry);
        if (entry is { State: RecipientState.Deferred, Until: { } until })
            yield return RowWrite.Put(LedgerKeys.Deferred(chunk.OccurrenceId, until, entry.ContactId), new DeferredRow(entry.ContactId, entry.RetriedIn), CampaignsJson.Default.DeferredRow);
    }

    private async Task<IReadOnlyList<RowWrite>> GivenBackAsync(StoredChunk chunk, ItemResult[] done, CancellationToken cancellation)
    {
        var writes = new List<RowWrite>();
        foreach (var result in done.Where(result => !result.IsSent))
        {
            var key = ContactKeys.StandingRow(result.Item.ContactId);
            if (await store.ReadAsync(Tables.Contacts, chunk.Bucket, key, cancellation) is not { } row) continue;
            var before = row.As(ContactsJson.Default.Standing);
            if (Caps.GivenBack(before, chunk.OccurrenceId) is var after && after != before) writes.Add(RowWrite.Replace(key, row.ETag, after, ContactsJson.Default.Standing));
        }

        return writes;
    }
}
