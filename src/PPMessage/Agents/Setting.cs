using System.Text.Json.Serialization.Metadata;
using PPMessage.Storage;

namespace PPMessage.Agents;

/// <summary>One document that holds for the whole workspace. What was never set is its default, with version 0.</summary>
internal abstract record Setting
{
    /// <summary>Counts changes; the resource's ETag.</summary>
    public int Version { get; init; }
}

/// <summary>A setting in table <c>Config</c>, partition <c>setting</c>; cached for <see cref="Timing.CacheFor"/>, and changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class SettingStore<T>(IStore store, PPMessageOptions options, TimeProvider time, string key, JsonTypeInfo<T> type) where T : Setting, new()
{
    private const string Partition = "setting";

    private readonly Cached<T> _known = new(async cancellation => (await ReadAsync(store, key, type, cancellation)).Setting, time);

    public ValueTask<T> GetAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    /// <summary>Reads the store, not the cache.</summary>
    public async Task<T> ReadAsync(CancellationToken cancellation) => (await ReadAsync(store, key, type, cancellation)).Setting;

    public void Forget() => _known.Forget();

    /// <param name="after">Its version is one more than that of the one it was made from.</param>
    /// <returns>False when somebody else has changed it meanwhile.</returns>
    public async Task<bool> ReplaceAsync(T after, CancellationToken cancellation)
    {
        var (before, etag) = await ReadAsync(store, key, type, cancellation);
        if (before.Version != after.Version - 1) return false;
        var write = etag is null ? RowWrite.Insert(key, after, type) : RowWrite.Replace(key, etag, after, type);
        try
        {
            return (await store.CommitAsync(Tables.Config, Partition, [write], cancellation)).Committed;
        }
        finally
        {
            // Also when the answer was lost: it may have taken effect.
            Forget();
        }
    }

    private static async Task<(T Setting, string? ETag)> ReadAsync(IStore store, string key, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, Partition, key, cancellation) is { } row ? (row.As(type), row.ETag) : (new T(), null);
}
