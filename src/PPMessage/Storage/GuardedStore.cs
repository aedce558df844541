using System.Security.Cryptography;

namespace PPMessage.Storage;

/// <summary>
/// What everybody is given instead of a bare store: keeps Azure's limits (<see cref="Guard"/>; <see cref="ArgumentException"/>), counts operations, and
/// tells a lost answer from a conflict. A write can succeed and its answer be lost; the SDK then repeats it and meets its own rows. So each commit
/// carries a nonce, and after a conflict the rows are read back: one of them with this nonce proves that the commit was ours.
/// A commit all of whose rows were overwritten or deleted before the read-back can't be told, nor can one of deletes only:
/// callers must be idempotent by key. <see cref="Conflict.Current"/> is filled in.
/// </summary>
internal sealed class GuardedStore(IStore inner) : IStore
{
    // What a read-back gives for a row that somebody else has overwritten since: no row ever has it, so its use is refused as stale.
    private const string Overwritten = "overwritten";

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        Guard.Table(table);
        Guard.Key(partition);
        Guard.Key(row);
        Count("read");
        return inner.ReadAsync(table, partition, row, cancellation);
    }

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        Guard.Table(table);
        Guard.Key(partition);
        Guard.Range(range, limit);
        Count("range");
        return inner.ReadRangeAsync(table, partition, range, limit, cancellation);
    }

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        Guard.Table(table);
        Guard.Key(partition);
        Guard.Transaction(partition, writes);
        var nonce = Ids.Base32(RandomNumberGenerator.GetBytes(10));
        var stamped = writes.Select(write => write with { Nonce = nonce }).ToArray();
        if (Array.FindIndex(stamped, write => write.ETag == Overwritten) is var known and >= 0)
            return Refused(new Conflict(known, stamped[known].Key, ConflictKind.Stale, await CurrentAsync(table, partition, stamped[known], cancellation)));

        Count("commit");
        var result = await inner.CommitAsync(table, partition, stamped, cancellation);
        return result.Conflict is { } conflict ? await ReadBackAsync(table, partition, stamped, conflict, cancellation) : result;
    }

    public Task DropTableAsync(string table, CancellationToken cancellation)
    {
        Guard.Table(table);
        Count("drop");
        return inner.DropTableAsync(table, cancellation);
    }

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        Guard.Queue(queue);
        Guard.Message(text);
        Guard.Hiding(hiddenFor);
        Count("enqueue");
        return inner.EnqueueAsync(queue, text, hiddenFor, cancellation);
    }

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation)
    {
        Guard.Queue(queue);
        Guard.Lease(max, lease);
        Count("dequeue");
        return inner.DequeueAsync(queue, max, lease, cancellation);
    }

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        Guard.Queue(queue);
        Guard.Hiding(hiddenFor);
        Count("hide");
        return inner.HideAsync(queue, receipt, hiddenFor, cancellation);
    }

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation)
    {
        Guard.Queue(queue);
        Count("delete");
        return inner.DeleteAsync(queue, receipt, cancellation);
    }

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        Guard.Blob(container, name);
        Guard.ContentType(contentType);
        Count("blob.write");
        return inner.WriteBlobAsync(container, name, content, contentType, cancellation);
    }

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation)
    {
        Guard.Blob(container, name);
        Count("blob.open");
        return inner.OpenBlobAsync(container, name, cancellation);
    }

    public Task<Blob?> OpenBlobAsync(string container, string name, long from, CancellationToken cancellation)
    {
        Guard.Blob(container, name);
        Count("blob.open");
        return inner.OpenBlobAsync(container, name, from, cancellation);
    }

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation)
    {
        Guard.Blob(container, name);
        Count("blob.delete");
        return inner.DeleteBlobAsync(container, name, cancellation);
    }

    private async Task<CommitResult> ReadBackAsync(string table, string partition, RowWrite[] writes, Conflict conflict, CancellationToken cancellation)
    {
        if (Array.TrueForAll(writes, write => write.Kind == WriteKind.Delete) && conflict.Kind == ConflictKind.Missing) return Refused(conflict);
        var rows = new Row?[writes.Length];
        rows[conflict.Index] = await CurrentAsync(table, partition, writes[conflict.Index], cancellation);
        await Task.WhenAll(writes.Select(async (write, i) =>
        {
            if (i != conflict.Index && write.Kind != WriteKind.Delete) rows[i] = await CurrentAsync(table, partition, write, cancellation);
        }));
        return writes.Where((write, i) => IsOurs(write, rows[i])).Any()
            ? new CommitResult([.. writes.Select((write, i) => ETagOf(write, rows[i]))], null)
            : Refused(conflict with { Current = rows[conflict.Index] });
    }

    private Task<Row?> CurrentAsync(string table, string partition, RowWrite write, CancellationToken cancellation)
    {
        Count("read");
        return inner.ReadAsync(table, partition, write.Key, cancellation);
    }

    private static bool IsOurs(RowWrite write, Row? row) => write.Kind != WriteKind.Delete && row?.Nonce == write.Nonce;

    private static string ETagOf(RowWrite write, Row? row) =>
        write.Kind == WriteKind.Delete ? string.Empty : IsOurs(write, row) ? row!.ETag : Overwritten;

    private static CommitResult Refused(Conflict conflict) => new([], conflict);

    private static void Count(string operation) => Telemetry.StorageOperations.Add(1, new KeyValuePair<string, object?>("operation", operation));
}
