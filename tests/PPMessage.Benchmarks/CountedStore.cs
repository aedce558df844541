using PPMessage.Storage;

namespace PPMessage.Benchmarks;

/// <summary>Counts what is asked of a store.</summary>
internal sealed class CountedStore(IStore inner) : IStore
{
    private long _operations;

    public IStore Inner => inner;

    public long Operations => Interlocked.Read(ref _operations);

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) => Counted().ReadAsync(table, partition, row, cancellation);

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) => Counted().ReadRangeAsync(table, partition, range, limit, cancellation);

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) => Counted().CommitAsync(table, partition, writes, cancellation);

    public Task DropTableAsync(string table, CancellationToken cancellation) => Counted().DropTableAsync(table, cancellation);

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) => Counted().EnqueueAsync(queue, text, hiddenFor, cancellation);

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) => Counted().DequeueAsync(queue, max, lease, cancellation);

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) => Counted().HideAsync(queue, receipt, hiddenFor, cancellation);

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) => Counted().DeleteAsync(queue, receipt, cancellation);

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) => Counted().WriteBlobAsync(container, name, content, contentType, cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) => Counted().OpenBlobAsync(container, name, cancellation);

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) => Counted().DeleteBlobAsync(container, name, cancellation);

    private IStore Counted()
    {
        Interlocked.Increment(ref _operations);
        return inner;
    }
}
