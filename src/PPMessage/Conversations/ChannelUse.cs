using System.Collections.Concurrent;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Notes once per channel that something has happened on it: a channel in use is archived, not deleted. Thread-safe.</summary>
internal sealed class ChannelUse(IStore store)
{
    private const string Partition = "used";
    private readonly ConcurrentDictionary<string, bool> _noted = new();

    public async ValueTask NoteAsync(string channelId, CancellationToken cancellation)
    {
        if (_noted.ContainsKey(channelId)) return;
        await store.CommitAsync(Tables.Config, Partition, [RowWrite.Put(channelId, new ChannelUsed(channelId), ConversationsJson.Default.ChannelUsed)], cancellation);
        _noted[channelId] = true;
    }

    public async Task<bool> IsUsedAsync(string channelId, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, Partition, channelId, cancellation) is not null;
}

internal sealed record ChannelUsed(string ChannelId);
