using System.Collections.Concurrent;
using System.Text;
using PPMessage.Storage;

namespace PPMessage.Benchmarks;

/// <summary>One call of the app to its store.</summary>
/// <param name="Table">Or the blob's container.</param>
/// <param name="Text">What it is about: a row's key, a message's text, a blob's bytes as Latin-1.</param>
internal sealed record StoreCall(string Operation, string Table, string Text, IReadOnlyList<RowWrite> Writes);

/// <summary>Passes on the calls that an inbound text or mail needs, and keeps them: the model for what the bare store is given to do.</summary>
internal sealed class RecordedStore(IStore inner) : IStore
{
    public ConcurrentQueue<StoreCall> Calls { get; } = [];

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation)
    {
        Calls.Enqueue(new("read", table, row, []));
        return inner.ReadAsync(table, partition, row, cancellation);
    }

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
    {
        Calls.Enqueue(new("range", table, range.From, []));
        return inner.ReadRangeAsync(table, partition, range, limit, cancellation);
    }

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        Calls.Enqueue(new("commit", table, string.Empty, writes));
        return inner.CommitAsync(table, partition, writes, cancellation);
    }

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        Calls.Enqueue(new("enqueue", string.Empty, text, []));
        return inner.EnqueueAsync(queue, text, hiddenFor, cancellation);
    }

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation)
    {
        Calls.Enqueue(new("delete", string.Empty, string.Empty, []));
        return inner.DeleteAsync(queue, receipt, cancellation);
    }

    public Task DropTableAsync(string table, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) => throw new NotSupportedException();

    public async Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellation);
        copy.Position = 0;
        Calls.Enqueue(new("blob", container, Encoding.Latin1.GetString(copy.ToArray()), []));
        await inner.WriteBlobAsync(container, name, copy, contentType, cancellation);
    }

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) => throw new NotSupportedException();

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) => throw new NotSupportedException();
}
