using PPMessage.Storage;

namespace PPMessage.Conversations.Offline;

/// <summary>The off-line rules: table <c>Config</c>, partition <c>setting</c>, row <c>offline-messages</c>; cached for <see cref="Timing.CacheFor"/>. Thread-safe.</summary>
internal sealed class OfflineStore(IStore store, PPMessageOptions options, TimeProvider time)
{
    private const string Partition = "setting";
    private const string Key = "offline-messages";

    private readonly Cached<OfflineSettings> _known = new(async cancellation => (await ReadAsync(store, cancellation)).Settings, time);

    public ValueTask<OfflineSettings> GetAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    /// <summary>Reads the store, not the cache.</summary>
    public async Task<OfflineSettings> ReadAsync(CancellationToken cancellation) => (await ReadAsync(store, cancellation)).Settings;

    /// <inheritdoc cref="Channels.Setup.AnswerAddresses"/>
    public async Task<IReadOnlyList<string>> AddressesAsync(CancellationToken cancellation) => (await ReadAsync(cancellation)).Email.Address is { } address ? [address] : [];

    /// <returns>False when somebody else has changed them meanwhile.</returns>
    public async Task<bool> ReplaceAsync(OfflineSettings after, CancellationToken cancellation)
    {
        var (before, etag) = await ReadAsync(store, cancellation);
        if (before.Version != after.Version - 1) return false;
        var write = etag is null
            ? RowWrite.Insert(Key, after, OfflineJson.Default.OfflineSettings)
            : RowWrite.Replace(Key, etag, after, OfflineJson.Default.OfflineSettings);
        var result = await store.CommitAsync(Tables.Config, Partition, [write], cancellation);
        _known.Forget();
        return result.Committed;
    }

    private static async Task<(OfflineSettings Settings, string? ETag)> ReadAsync(IStore store, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, Partition, Key, cancellation) is { } row ? (row.As(OfflineJson.Default.OfflineSettings), row.ETag) : (new OfflineSettings(), null);
}
