using PPMessage.Storage;

namespace PPMessage.Tests.Storage;

/// <summary>A store whose commits go wrong as the network makes them go wrong. Everything else passes through.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    public CommitFault Fault { get; set; }

    /// <summary>What somebody else does between a commit's effect and its repetition.</summary>
    public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

    public async Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        var fault = Fault;
        Fault = CommitFault.None;
        var result = await inner.CommitAsync(table, partition, writes, cancellation);
        if (fault == CommitFault.None) return result;
        await Meanwhile();
        return fault == CommitFault.Repeated
            ? await inner.CommitAsync(table, partition, writes, cancellation)
            : throw new StoreException("The answer was lost.");
    }

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        inner.ReadAsync(table, partition, row, cancellation);

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        inner.ReadRangeAsync(table, partition, range, limit, cancellation);

    public Task DropTableAsync(string table, CancellationToken cancellation) => inner.DropTableAsync(table, cancellation);

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.EnqueueAsync(queue, text, hiddenFor, cancellation);

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        inner.DequeueAsync(queue, max, lease, cancellation);

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        inner.HideAsync(queue, receipt, hiddenFor, cancellation);

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) =>
        inner.DeleteAsync(queue, receipt, cancellation);

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        inner.WriteBlobAsync(container, name, content, contentType, cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        inner.OpenBlobAsync(container, name, cancellation);

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) =>
        inner.DeleteBlobAsync(container, name, cancellation);
}

internal enum CommitFault
{
    None,

    /// <summary>Applied, its answer lost, and repeated by the SDK: the caller gets the second answer.</summary>
    Repeated,

    /// <summary>Applied, and the caller gets an error.</summary>
    Thrown,
}
