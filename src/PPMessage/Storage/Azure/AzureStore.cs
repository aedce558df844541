using Microsoft.Extensions.Configuration;

namespace PPMessage.Storage.Azure;

/// <summary>
/// The store of production: Azure Table, Queue and Blob Storage, or Azurite. Tables, queues and containers are made on their first use.
/// The SDK repeats what failed on the way, so a write may reach Azure twice; <see cref="GuardedStore"/> sorts that out, and a queue message may be there twice.
/// </summary>
internal sealed class AzureStore : IStore
{
    private readonly AzureTables _tables;
    private readonly AzureQueues _queues;
    private readonly AzureBlobs _blobs;

    private AzureStore(AzureConnection connection, string prefix)
    {
        _tables = new AzureTables(connection.Tables, prefix);
        _queues = new AzureQueues(connection.Queues, prefix);
        _blobs = new AzureBlobs(connection.Blobs, prefix);
    }

    /// <param name="prefix">Begins the name of each table, queue and container, so that tests share an account: small letters and digits, a letter first.</param>
    /// <exception cref="InvalidOperationException">A setting is missing or unreadable; the message names it.</exception>
    public static AzureStore From(IConfiguration configuration, string prefix = "") => new(AzureConnection.From(configuration), prefix);

    public Task<Row?> ReadAsync(string table, string partition, string row, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _tables.ReadAsync(table, partition, row, cancellation), cancellation);

    public Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _tables.ReadRangeAsync(table, partition, range, limit, cancellation), cancellation);

    public Task<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _tables.CommitAsync(table, partition, writes, cancellation), cancellation);

    public Task DropTableAsync(string table, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _tables.DropAsync(table, cancellation), cancellation);

    public Task<QueueReceipt> EnqueueAsync(string queue, string text, TimeSpan hiddenFor, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _queues.EnqueueAsync(queue, text, hiddenFor, cancellation), cancellation);

    public Task<IReadOnlyList<QueueMessage>> DequeueAsync(string queue, int max, TimeSpan lease, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _queues.DequeueAsync(queue, max, lease, cancellation), cancellation);

    public Task<QueueReceipt?> HideAsync(string queue, QueueReceipt receipt, TimeSpan hiddenFor, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _queues.HideAsync(queue, receipt, hiddenFor, cancellation), cancellation);

    public Task<bool> DeleteAsync(string queue, QueueReceipt receipt, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _queues.DeleteAsync(queue, receipt, cancellation), cancellation);

    public Task WriteBlobAsync(string container, string name, Stream content, string contentType, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _blobs.WriteAsync(container, name, content, contentType, cancellation), cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _blobs.OpenAsync(container, name, 0, cancellation), cancellation);

    public Task<Blob?> OpenBlobAsync(string container, string name, long from, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _blobs.OpenAsync(container, name, from, cancellation), cancellation);

    public Task DeleteBlobAsync(string container, string name, CancellationToken cancellation) =>
        AzureErrors.WrapAsync(() => _blobs.DeleteAsync(container, name, cancellation), cancellation);
}
