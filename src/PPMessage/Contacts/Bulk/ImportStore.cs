using System.Globalization;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// Table <c>Imports</c>: partition <c>job</c>, row = inverse ULID, newest first; partition <c>key</c>, row = hash of an Idempotency-Key; and a partition for each
/// import with a row <c>r|{number}</c> for each row that it refused. Thread-safe.
/// </summary>
internal sealed class ImportStore(IStore store)
{
    public const string IdPrefix = "imp_";
    public const string RefusedPrefix = "r|";

    private const string Jobs = "job";
    private const string Keys = "key";
    private const string Blackened = "(erased)";

    public static string RefusedKey(long row) => RefusedPrefix + row.ToString("D12", CultureInfo.InvariantCulture);

    public async Task<(ImportJob Job, string ETag)?> FindAsync(string id, CancellationToken cancellation) =>
        RowOf(id) is { } key && await store.ReadAsync(Tables.Imports, Jobs, key, cancellation) is { } row ? (Read(row), row.ETag) : null;

    public async Task<Page<ImportJob>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var range = page.Cursor is { } cursor ? RowRange.All.Behind(RowOf(cursor)!) : RowRange.All;
        var rows = await store.ReadRangeAsync(Tables.Imports, Jobs, range, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? Read(rows.Rows[^1]).Id : null);
    }

    /// <summary>The job that stands under this id then: one that is there stays as it is.</summary>
    public async Task<ImportJob> InsertAsync(ImportJob job, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(Tables.Imports, Jobs, [RowWrite.Insert(RowOf(job.Id)!, job, BulkJson.Default.ImportJob)], cancellation);
        return result.Conflict?.Current is { } row ? Read(row) : job;
    }

    /// <summary>The new ETag; null when somebody else has changed it.</summary>
    public async Task<string?> ReplaceAsync(ImportJob job, string etag, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(Tables.Imports, Jobs, [RowWrite.Replace(RowOf(job.Id)!, etag, job, BulkJson.Default.ImportJob)], cancellation);
        return result.Committed ? result.ETags[0] : null;
    }

    /// <summary>In the order in which they are given. Idempotent.</summary>
    public async Task PutRefusedAsync(string importId, IEnumerable<RefusedRow> refused, CancellationToken cancellation)
    {
        foreach (var some in refused.Chunk(Limits.TransactionRows))
            await store.CommitAsync(Tables.Imports, importId, [.. some.Select(row => RowWrite.Put(RefusedKey(row.Row), row, BulkJson.Default.RefusedRow))], cancellation);
    }

    /// <summary>Forgets that rows of a stretch were refused which have been taken since.</summary>
    public async Task TakeBackAsync(string importId, long first, long last, IReadOnlySet<long> refused, CancellationToken cancellation)
    {
        for (var (after, more) = (first - 1, true); more;)
        {
            var page = await RefusedAsync(importId, after, Limits.TransactionRows, cancellation);
            var taken = page.Items.Where(row => row.Row <= last && !refused.Contains(row.Row)).ToList();
            if (taken.Count > 0) await store.CommitAsync(Tables.Imports, importId, [.. taken.Select(row => RowWrite.Delete(RefusedKey(row.Row)))], cancellation);
            more = page.Next is not null && page.Items[^1].Row < last;
            if (more) after = page.Items[^1].Row;
        }
    }

    /// <summary>In the order of the file.</summary>
    /// <param name="after">Number of the last row that was seen.</param>
    public async Task<Page<RefusedRow>> RefusedAsync(string importId, long after, int limit, CancellationToken cancellation)
    {
        var page = await store.ReadRangeAsync(Tables.Imports, importId, RowRange.Prefix(RefusedPrefix).Behind(RefusedKey(after)), limit, cancellation);
        List<RefusedRow> rows = [.. page.Rows.Select(row => row.As(BulkJson.Default.RefusedRow))];
        return new(rows, page.More ? rows[^1].Row.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>
    /// Blackens reasons that mention a person; that a row was refused stays. Reads every refused row of every import that is kept. Idempotent.
    /// </summary>
    public async Task EraseAsync(Func<string, bool> mentions, CancellationToken cancellation)
    {
        foreach (var job in await store.ReadAllAsync(Tables.Imports, Jobs, RowRange.All, cancellation))
        {
            var (import, after) = (Read(job).Id, (string?)"0");
            while (after is not null)
            {
                var page = await RefusedAsync(import, long.Parse(after, CultureInfo.InvariantCulture), Limits.TransactionRows, cancellation);
                await PutRefusedAsync(import, page.Items.Where(row => mentions(row.Reason)).Select(row => row with { Reason = Blackened }), cancellation);
                after = page.Next;
            }
        }
    }

    /// <summary>The import that a key has made, after this one was offered: the one given unless another was there that is still valid.</summary>
    public async Task<ImportKey> ClaimKeyAsync(string hash, ImportKey offered, CancellationToken cancellation)
    {
        var result = await store.CommitAsync(Tables.Imports, Keys, [RowWrite.Insert(hash, offered, BulkJson.Default.ImportKey)], cancellation);
        if (result.Committed || result.Conflict!.Current is not { } row) return offered;
        var there = row.As(BulkJson.Default.ImportKey);
        if (offered.CreatedAt - there.CreatedAt < Idempotency.ValidFor) return there;
        var replaced = await store.CommitAsync(Tables.Imports, Keys, [RowWrite.Replace(hash, row.ETag, offered, BulkJson.Default.ImportKey)], cancellation);
        return replaced.Committed ? offered : replaced.Conflict!.Current?.As(BulkJson.Default.ImportKey) ?? offered;
    }

    /// <summary>Forgets imports that are older, with what they refused and the files of those that never ended, and keys that have expired. The job goes last: who dies before finds it again.</summary>
    public async Task CleanUpAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellation)
    {
        var old = new RowRange(Ids.Inverse(Ids.SeededUlid(before, string.Empty)), null);
        foreach (var row in await store.ReadAllAsync(Tables.Imports, Jobs, old, cancellation))
        {
            var job = Read(row);
            await EmptyAsync(job.Id, cancellation);
            if (!job.HasEnded) await store.DeleteBlobAsync(Containers.Imports, job.Blob, cancellation);
            await store.CommitAsync(Tables.Imports, Jobs, [RowWrite.Delete(row.Key, row.ETag)], cancellation);
        }

        foreach (var row in await store.ReadAllAsync(Tables.Imports, Keys, RowRange.All, cancellation))
            if (now - row.As(BulkJson.Default.ImportKey).CreatedAt >= Idempotency.ValidFor) await store.CommitAsync(Tables.Imports, Keys, [RowWrite.Delete(row.Key, row.ETag)], cancellation);
    }

    private async Task EmptyAsync(string importId, CancellationToken cancellation)
    {
        RowPage page;
        do
        {
            page = await store.ReadRangeAsync(Tables.Imports, importId, RowRange.Prefix(RefusedPrefix), Limits.TransactionRows, cancellation);
            if (page.Rows.Count > 0) await store.CommitAsync(Tables.Imports, importId, [.. page.Rows.Select(row => RowWrite.Delete(row.Key))], cancellation);
        }
        while (page.More);
    }

    private static ImportJob Read(Row row) => row.As(BulkJson.Default.ImportJob);

    private static string? RowOf(string id) => Ids.UlidOf(id, IdPrefix, 0) is { } ulid ? Ids.Inverse(ulid) : null;
}
