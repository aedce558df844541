using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Tests.Workspaces;

/// <summary>Stands between <see cref="GuardedStore"/> and a bare store, where the network would be.</summary>
internal sealed class FaultyStore(IStore inner, Life life) : IStore
{
    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        CallAsync($"read {table} {row}", () => inner.ReadAsync(table, partition, row, cancellation));

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        CallAsync($"range {table} {range.From}", () => inner.ReadRangeAsync(table, partition, range, limit, cancellation));

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        CallAsync($"commit {table} {writes[0].Key}", () => inner.CommitAsync(table, partition, writes, cancellation));

    public Task DropTableAsync(string table, CancellationToken cancellation) => CallAsync($"drop {table}", () => inner.DropTableAsync(table, cancellation));

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        CallAsync("enqueue", () => inner.EnqueueAsync(queue, text, hiddenFor, cancellation));

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        CallAsync("dequeue", () => inner.DequeueAsync(queue, max, lease, cancellation));

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        CallAsync("hide", () => inner.HideAsync(queue, receipt, hiddenFor, cancellation));

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) =>
        CallAsync("delete", () => inner.DeleteAsync(queue, receipt, cancellation));

    public async Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        // What is sent again is the same again.
        await using var copy = new SpooledStream();
        await content.CopyToAsync(copy, cancellation);
        await CallAsync($"write blob {container}", async () =>
        {
            copy.Position = 0;
            await inner.WriteBlobAsync(container, name, copy, contentType, cancellation);
            return true;
        });
    }

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        CallAsync($"open blob {container}", () => inner.OpenBlobAsync(container, name, cancellation));

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) =>
        CallAsync($"delete blob {container}", () => inner.DeleteBlobAsync(container, name, cancellation));

    private Task CallAsync(string name, Func<Task> call) => CallAsync(name, async () =>
    {
        await call();
        return true;
    });

    private async Task<T> CallAsync<T>(string name, Func<Task<T>> call)
    {
        switch (life.Next(name))
        {
            case Fault.DiesBefore:
                throw life.Die();
            case Fault.DiesAfter:
                await ForgetAsync(call);
                throw life.Die();
            case Fault.TakesEffectAndThrows:
                await ForgetAsync(call);
                throw new StoreException("The answer was lost.");
            case Fault.TakesEffectTwice:
                await ForgetAsync(call);
                return await call();
            case Fault.Unavailable:
                throw new StoreException("Service unavailable.");
            default:
                return await call();
        }
    }

    private static async Task ForgetAsync<T>(Func<Task<T>> call)
    {
        if (await call() is IAsyncDisposable open) await open.DisposeAsync();
    }
}
