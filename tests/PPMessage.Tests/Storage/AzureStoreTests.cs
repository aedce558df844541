using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

/// <summary>The Azure store on Azurite.</summary>
public sealed class AzureStoreTests : StoreConformance
{
    private protected override Task<IStore> OpenAsync() => TestStores.AzuriteAsync();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}

/// <summary>The Azure store on a real account: the one whose connection string <c>PPMESSAGE_TEST_STORAGE</c> holds.</summary>
public sealed class AzureAccountTests : StoreConformance
{
    private readonly string _account = Environment.GetEnvironmentVariable("PPMESSAGE_TEST_STORAGE") ?? string.Empty;
    private readonly string _prefix = TestStores.Prefix();

    private protected override Task<IStore> OpenAsync()
    {
        Assert.SkipWhen(_account.Length == 0, "PPMESSAGE_TEST_STORAGE names no account.");
        return Task.FromResult<IStore>(TestStores.Azure(_account, _prefix));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_account.Length == 0) return;
        var (tables, queues, blobs) = (new TableServiceClient(_account), new QueueServiceClient(_account), new BlobServiceClient(_account));
        await foreach (var table in tables.QueryAsync())
            if (table.Name.StartsWith(_prefix, StringComparison.Ordinal)) await tables.DeleteTableAsync(table.Name);
        await foreach (var queue in queues.GetQueuesAsync(QueueTraits.None, _prefix, default)) await queues.DeleteQueueAsync(queue.Name);
        await foreach (var container in blobs.GetBlobContainersAsync(BlobContainerTraits.None, BlobContainerStates.None, _prefix, default))
            await blobs.DeleteBlobContainerAsync(container.Name);
    }

    private protected override Task PassAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}
