using PPMessage.Storage;

namespace PPMessage.Tests;

/// <summary>Hands every call on; a test's store overrides what is to go wrong or to be counted.</summary>
internal abstract class PassThroughStore(IStore inner) : IStore
{
    public virtual Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        inner.ReadAsync(table, partition, row, cancellation);

    public virtual Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        inner.ReadRangeAsync(table, partition, range, limit, cancellation);

    public virtual Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        inner.CommitAsync(table, partition, writes, cancellation);

    public virtual Task DropTableAsync(string table, CancellationToken cancellation) => inner.DropTableAsync(table, cancellation);

    public virtual Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.EnqueueAsync(queue, text, hiddenFor, cancellation);

    public virtual Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        inner.DequeueAsync(queue, max, lease, cancellation);

    public virtual Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.HideAsync(queue, receipt, hiddenFor, cancellation);

    public virtual Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) =>
        inner.DeleteAsync(queue, receipt, cancellation);

    public virtual Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        inner.WriteBlobAsync(container, name, content, contentType, cancellation);

    public virtual Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        inner.OpenBlobAsync(container, name, cancellation);

    public virtual Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) =>
        inner.DeleteBlobAsync(container, name, cancellation);
}
