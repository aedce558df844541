using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace PPMessage.Storage;

/// <summary>A secret drawn once for this workspace and never rotated: partition keys are made with it, so that nobody outside can compute them. Thread-safe.</summary>
internal sealed class WorkspaceKey(IStore store)
{
    private const string Partition = "workspace";
    private const string RowKey = "key";
    private byte[]? _key;

    public async ValueTask<byte[]> GetAsync(CancellationToken cancellation) => _key ??= await DrawAsync(cancellation);

    // Read first, because every start but the very first finds it; the insert decides between two first starts at once.
    private async Task<byte[]> DrawAsync(CancellationToken cancellation)
    {
        var row = await store.ReadAsync(Tables.Config, Partition, RowKey, cancellation);
        if (row is not null) return Convert.FromBase64String(row.As(WorkspaceJson.Default.StoredKey).Key);
        var drawn = new StoredKey(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var result = await store.CommitAsync(Tables.Config, Partition, [RowWrite.Insert(RowKey, drawn, WorkspaceJson.Default.StoredKey)], cancellation);
        return Convert.FromBase64String((result.Conflict?.Current?.As(WorkspaceJson.Default.StoredKey) ?? drawn).Key);
    }
}

internal sealed record StoredKey(string Key);

[JsonSerializable(typeof(StoredKey))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
