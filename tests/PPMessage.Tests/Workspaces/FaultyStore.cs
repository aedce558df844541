using PPMessage.Storage;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands between <see cref="GuardedStore"/> and a bare store, where the network would be.</summary>
internal sealed class FaultyStore(IStore inner, FaultPlan plan) : IStore
{
    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        CallAsync(() => inner.ReadAsync(table, partition, row, cancellation));

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        CallAsync(() => inner.ReadRangeAsync(table, partition, range, limit, cancellation));

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        CallAsync(() => inner.CommitAsync(table, partition, writes, cancellation));

    public Task DropTableAsync(string table, CancellationToken cancellation) => CallAsync(() => inner.DropTableAsync(table, cancellation));

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        CallAsync(() => inner.EnqueueAsync(queue, text, hiddenFor, cancellation));

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        CallAsync(() => inner.DequeueAsync(queue, max, lease, cancellation));

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        CallAsync(() => inner.HideAsync(queue, receipt, hiddenFor, cancellation));

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) =>
        CallAsync(() => inner.DeleteAsync(queue, receipt, cancellation));

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        CallAsync(async () =>
        {
            if (content.CanSeek) content.Position = 0;
            await inner.WriteBlobAsync(container, name, content, contentType, cancellation);
            return true;
        });

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        CallAsync(() => inner.OpenBlobAsync(container, name, cancellation));

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) =>
        CallAsync(() => inner.DeleteBlobAsync(container, name, cancellation));

    private Task CallAsync(Func<Task> call) => CallAsync(async () =>
    {
        await call();
        return true;
    });

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        switch (plan.Next())
        {
            case Fault.DiesBefore:
                throw plan.Die();
            case Fault.DiesAfter:
                await call();
                throw plan.Die();
            case Fault.TakesEffectAndThrows:
                await call();
                throw new StoreException("The answer was lost.");
            case Fault.TakesEffectTwice:
                await call();
                return await call();
            case Fault.Unavailable:
                throw new StoreException("Service unavailable.");
            default:
                return await call();
        }
    }
}
