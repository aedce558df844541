using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using PPMessage.Storage;

namespace PPMessage.Tests.Storage;

/// <summary>The Azure store on Azurite, or on the real account whose connection string <c>PPMESSAGE_TEST_STORAGE</c> holds.</summary>
public sealed class AzureStoreTests : StoreConformance
{
    private readonly string? _account = Environment.GetEnvironmentVariable("PPMESSAGE_TEST_STORAGE");
    private readonly string _prefix = TestStores.Prefix();

    private protected override async Task<IStore> OpenAsync() =>
        string.IsNullOrEmpty(_account) ? await TestStores.AzuriteAsync() : TestStores.Azure(_account, _prefix);

    private protected override TimeProvider Clock => TimeProvider.System;

    private protected override Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    public override async ValueTask DisposeAsync()
    {
        if (string.IsNullOrEmpty(_account)) return;
        var (tables, queues, blobs) = (new TableServiceClient(_account), new QueueServiceClient(_account), new BlobServiceClient(_account));
        await foreach (var table in tables.QueryAsync())
            if (table.Name.StartsWith(_prefix, StringComparison.Ordinal)) await tables.DeleteTableAsync(table.Name);
        await foreach (var queue in queues.GetQueuesAsync(QueueTraits.None, _prefix, default)) await queues.DeleteQueueAsync(queue.Name);
        await foreach (var container in blobs.GetBlobContainersAsync(BlobContainerTraits.None, BlobContainerStates.None, _prefix, default))
            await blobs.DeleteBlobContainerAsync(container.Name);
    }
}
