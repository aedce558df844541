using PPMessage.Storage;

namespace PPMessage.Tests.Http;

/// <summary>The real store with a fault that a test wishes for, and a count of reads.</summary>
internal sealed class FaultStore(IStore inner) : IStore
{
    private int _rangeReads;

    /// <summary>Called before each commit with its table and writes; may throw.</summary>
    public Action<string, IReadOnlyList<RowWrite>>? BeforeCommit { get; set; }

    /// <summary>Called when a commit is durable; may throw, as a lost answer or a crash would.</summary>
    public Func<string, IReadOnlyList<RowWrite>, Task>? AfterCommit { get; set; }

    public bool Down { get; set; }

    public int RangeReads => _rangeReads;

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        Down ? Task.FromException<Row?>(new StoreException("down")) : inner.ReadAsync(table, partition, row, cancellation);

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _rangeReads);
        return Down ? Task.FromException<RowPage>(new StoreException("down")) : inner.ReadRangeAsync(table, partition, range, limit, cancellation);
    }

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        if (Down) throw new StoreException("down");
        BeforeCommit?.Invoke(table, writes);
        var result = await inner.CommitAsync(table, partition, writes, cancellation);
        if (AfterCommit is { } after) await after(table, writes);
        return result;
    }

    public Task DropTableAsync(string table, CancellationToken cancellation) => inner.DropTableAsync(table, cancellation);

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.EnqueueAsync(queue, text, hiddenFor, cancellation);

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        inner.DequeueAsync(queue, max, lease, cancellation);

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.HideAsync(queue, receipt, hiddenFor, cancellation);

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) => inner.DeleteAsync(queue, receipt, cancellation);

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        inner.WriteBlobAsync(container, name, content, contentType, cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) => inner.OpenBlobAsync(container, name, cancellation);

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) => inner.DeleteBlobAsync(container, name, cancellation);
}
