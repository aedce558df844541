using System.Text;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

/// <summary>What every store must do, as its users see it: behind <see cref="GuardedStore"/>. One empty store a test.</summary>
public abstract partial class StoreConformance : IAsyncLifetime
{
    private const string Table = "Things";
    private const string Partition = "p";

    private GuardedStore Store { get; set; } = null!;

    public async ValueTask InitializeAsync() => Store = new GuardedStore(await OpenAsync());

    public abstract ValueTask DisposeAsync();

    private protected abstract Task<IStore> OpenAsync();

    /// <summary>What the store's queues go by.</summary>
    private protected abstract TimeProvider Clock { get; }

    /// <summary>Lets the store's clock pass this time.</summary>
    private protected abstract Task PassAsync(TimeSpan time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RowWrite Insert(string key, string text = "1") => new(WriteKind.Insert, key, Encoding.UTF8.GetBytes(text), null);

    private static RowWrite Put(string key, string text = "1") => new(WriteKind.Put, key, Encoding.UTF8.GetBytes(text), null);

    private static RowWrite Replace(string key, string etag, string text = "2") => new(WriteKind.Replace, key, Encoding.UTF8.GetBytes(text), etag);

    private Task<CommitResult> CommitAsync(params RowWrite[] writes) => Store.CommitAsync(Table, Partition, writes, Cancellation);

    private async Task<string> CommittedAsync(RowWrite write)
    {
        var result = await CommitAsync(write);
        Assert.Null(result.Conflict);
        return Assert.Single(result.ETags);
    }

    private Task<Row?> ReadAsync(string key) => Store.ReadAsync(Table, Partition, key, Cancellation);

    private async Task<string?> TextAsync(string key) => await ReadAsync(key) is { } row ? Encoding.UTF8.GetString(row.Document.Span) : null;
}
