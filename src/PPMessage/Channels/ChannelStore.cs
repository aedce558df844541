using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Channels;

/// <summary>
/// Channels in table <c>Config</c>, partition <c>channel</c>, so that one range read finds all there is to know and what belongs together is one transaction:
/// row = id; <c>active|{kind}</c> → the active channel of a kind; <c>identity|{hash}</c> → the live channel that is this sender.
/// </summary>
internal sealed class ChannelStore(IStore store, ChannelKinds kinds, ChannelDirectory directory)
{
    public const string Partition = "channel";
    public const string IdPrefix = "ch_";

    private const string ActivePrefix = "active|";
    private const string IdentityPrefix = "identity|";

    public static bool IsChannel(string key) => key.StartsWith(IdPrefix, StringComparison.Ordinal);

    /// <summary>The kind whose pointer a row is; null when it is none.</summary>
    public static string? KindOf(string key) => key.StartsWith(ActivePrefix, StringComparison.Ordinal) ? key[ActivePrefix.Length..] : null;

    public static Channel Read(Row row) => row.As(ChannelJson.Default.Channel);

    /// <summary>Reads the store, not the cache. Null for whatever is no channel's id.</summary>
    public async Task<StoredChannel?> FindAsync(string id, CancellationToken cancellation) =>
        Ids.UlidOf(id, IdPrefix, 0) is not null && await store.ReadAsync(Tables.Config, Partition, id, cancellation) is { } row
            ? new StoredChannel(Read(row), row.ETag)
            : null;

    public async Task<Page<Channel>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var range = RowRange.Prefix(IdPrefix);
        if (page.Cursor is { } cursor) range = range.Behind(cursor);
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, range, page.Limit, cancellation);
        return new([.. rows.Rows.Select(Read)], rows.More ? rows.Rows[^1].Key : null);
    }

    /// <summary>Ids of the active channels.</summary>
    public async Task<IReadOnlySet<string>> ActiveAsync(CancellationToken cancellation)
    {
        var rows = await store.ReadRangeAsync(Tables.Config, Partition, RowRange.Prefix(ActivePrefix), 1000, cancellation);
        return rows.Rows.Select(Pointer).ToHashSet();
    }

    public Task<Change> CreateAsync(Channel channel, CancellationToken cancellation)
    {
        var stored = WithIdentity(channel);
        return CommitAsync([RowWrite.Insert(stored.Id, stored, ChannelJson.Default.Channel), .. Claim(stored)], cancellation);
    }

    /// <param name="before">As it was read; when it is not so any more nothing happens.</param>
    public Task<Change> ReplaceAsync(StoredChannel before, Channel after, CancellationToken cancellation)
    {
        var stored = WithIdentity(after);
        var replace = RowWrite.Replace(stored.Id, before.ETag, stored, ChannelJson.Default.Channel);
        return CommitAsync(before.Channel.Identity == stored.Identity ? [replace] : [replace, .. Release(before.Channel), .. Claim(stored)], cancellation);
    }

    /// <summary>A pointer that still names it points at nothing then, and no channel is active.</summary>
    public Task<Change> DeleteAsync(StoredChannel before, CancellationToken cancellation) =>
        CommitAsync([RowWrite.Delete(before.Channel.Id, before.ETag), .. Release(before.Channel)], cancellation);

    /// <summary>One write: whatever happens at the same time, one channel of the kind is active.</summary>
    public async Task ActivateAsync(Channel channel, CancellationToken cancellation) =>
        await CommitAsync([RowWrite.Put(ActivePrefix + channel.Kind, new ChannelPointer(channel.Id), ChannelJson.Default.ChannelPointer)], cancellation);

    /// <summary>Nothing happens when another one is active.</summary>
    public async Task DeactivateAsync(Channel channel, CancellationToken cancellation)
    {
        var key = ActivePrefix + channel.Kind;
        while (await store.ReadAsync(Tables.Config, Partition, key, cancellation) is { } row && Pointer(row) == channel.Id)
            if ((await CommitAsync([RowWrite.Delete(key, row.ETag)], cancellation)).Done) return;
    }

    private async Task<Change> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellation)
    {
        try
        {
            var result = await store.CommitAsync(Tables.Config, Partition, writes, cancellation);
            if (result.Committed) return new Change(true, null);
            var conflict = result.Conflict!;
            return new Change(false, writes[conflict.Index].Kind == WriteKind.Insert && !IsChannel(conflict.Key) ? await HolderAsync(conflict, cancellation) : null);
        }
        finally
        {
            directory.Forget();
        }
    }

    private async Task<string?> HolderAsync(Conflict conflict, CancellationToken cancellation) =>
        (conflict.Current ?? await store.ReadAsync(Tables.Config, Partition, conflict.Key, cancellation)) is { } row ? Pointer(row) : null;

    /// <summary>The identity that a channel would have; it gives it up when it is archived.</summary>
    public Channel WithIdentity(Channel channel) => channel with { Identity = channel.Archived ? null : IdentityOf(channel, kinds.Of(channel)) };

    private static string? IdentityOf(Channel channel, IChannelKind? kind) =>
        kind is { Identity.Count: > 0 } && kind.Identity.All(channel.Settings.ContainsKey)
            ? Ids.Hash(string.Join('|', kind.Identity.Select(name => channel.Settings[name].ToLowerInvariant()).Prepend(kind.Serves)))
            : null;

    private static RowWrite[] Claim(Channel channel) => channel.Identity is { } identity
        ? [RowWrite.Insert(IdentityPrefix + identity, new ChannelPointer(channel.Id), ChannelJson.Default.ChannelPointer)]
        : [];

    private static RowWrite[] Release(Channel channel) => channel.Identity is { } identity ? [RowWrite.Delete(IdentityPrefix + identity)] : [];

    private static string Pointer(Row row) => row.As(ChannelJson.Default.ChannelPointer).ChannelId;
}

internal sealed record StoredChannel(Channel Channel, string ETag);

internal sealed record ChannelPointer(string ChannelId);

/// <param name="Done">False: somebody else changed it meanwhile, or <paramref name="Holder"/> stands in the way.</param>
/// <param name="Holder">The other live channel that is the same sender.</param>
internal readonly record struct Change(bool Done, string? Holder);
