using System.Collections.Concurrent;
using PPMessage.Storage;

namespace PPMessage.Tests.Mailgun;

/// <summary>The real store, which can be out of reach; what is written into blobs is kept for a test to see, and reads are counted.</summary>
internal sealed class WatchedStore(IStore inner) : IStore
{
    private int _reads;

    public bool Down { get; set; }

    public int Reads => _reads;

    public ConcurrentQueue<(string Container, string Name, byte[] Content)> Blobs { get; } = new();

    public ConcurrentQueue<string> Queued { get; } = new();

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _reads);
        return Up().ReadAsync(table, partition, row, cancellation);
    }

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        inner.ReadRangeAsync(table, partition, range, limit, cancellation);

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        Up().CommitAsync(table, partition, writes, cancellation);

    public Task DropTableAsync(string table, CancellationToken cancellation) => Up().DropTableAsync(table, cancellation);

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        Queued.Enqueue(text);
        return Up().EnqueueAsync(queue, text, hiddenFor, cancellation);
    }

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) => Up().DequeueAsync(queue, max, lease, cancellation);

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) => Up().HideAsync(queue, receipt, hiddenFor, cancellation);

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) => Up().DeleteAsync(queue, receipt, cancellation);

    public async Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellation);
        Blobs.Enqueue((container, name, copy.ToArray()));
        copy.Position = 0;
        await Up().WriteBlobAsync(container, name, copy, contentType, cancellation);
    }

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) => Up().OpenBlobAsync(container, name, cancellation);

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) => Up().DeleteBlobAsync(container, name, cancellation);

    private IStore Up() => Down ? throw new StoreException("down") : inner;
}
