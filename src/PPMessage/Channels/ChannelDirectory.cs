using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Channels;

/// <summary>All channels, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class ChannelDirectory(IStore store, SecretBox box, PPMessageOptions options, TimeProvider time)
{
    // A hook key that is not known may be of a channel made elsewhere just now; a stranger who guesses keys must not make us read for each.
    private static readonly TimeSpan UnknownKeyAge = TimeSpan.FromSeconds(1);

    private readonly Cached<KnownChannels> _known = new(cancellation => LoadAsync(store, cancellation), time);

    public async ValueTask<IReadOnlyList<Channel>> AllAsync(CancellationToken cancellation) => (await KnownAsync(cancellation)).All;

    public async ValueTask<Channel?> FindAsync(string id, CancellationToken cancellation) => (await KnownAsync(cancellation)).ById.GetValueOrDefault(id);

    public async ValueTask<Channel?> FindByHookKeyAsync(string hookKey, CancellationToken cancellation) =>
        (await KnownAsync(cancellation)).ByHookKey.GetValueOrDefault(hookKey)
        ?? (await _known.GetAsync(Min(UnknownKeyAge, options.Timing.CacheFor), cancellation)).ByHookKey.GetValueOrDefault(hookKey);

    /// <summary>Where new conversations of this kind leave; null: no channel is active.</summary>
    public async ValueTask<Channel?> ActiveAsync(string kind, CancellationToken cancellation) => (await KnownAsync(cancellation)).Active(kind);

    /// <summary>The region of an active channel's phone number, such as <c>CN</c>: how people here write numbers. Null: no active channel has one.</summary>
    public async ValueTask<string?> RegionAsync(CancellationToken cancellation)
    {
        var known = await KnownAsync(cancellation);
        var number = known.ActiveIds.Keys.Select(known.Active).Select(channel => channel?.Setting("phoneNumber")).FirstOrDefault(number => number is not null);
        return number is null ? null : Address.RegionOf(number);
    }

    /// <summary>The plain secret, or null when it is not set. Keep it out of logs, errors and answers.</summary>
    /// <exception cref="SecretUnreadableException">It is set, and the present <c>PPMessage__SecretsKey</c> can't unwrap it: a matter for an admin, not a refusal.</exception>
    public string? Secret(Channel channel, string name) =>
        channel.Secrets.TryGetValue(name, out var wrapped) ? box.Unwrap(channel.Id, name, wrapped) : null;

    /// <summary>As <see cref="Secret"/>; null also when it can't be read: for those who treat both as a broken channel.</summary>
    public string? SecretOrNull(Channel channel, string name)
    {
        try
        {
            return Secret(channel, name);
        }
        catch (SecretUnreadableException)
        {
            return null;
        }
    }

    /// <summary>After a change: the next look-up reads the store.</summary>
    public void Forget() => _known.Forget();

    private ValueTask<KnownChannels> KnownAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static async Task<KnownChannels> LoadAsync(IStore store, CancellationToken cancellation) =>
        KnownChannels.Of(await store.ReadAllAsync(Tables.Config, ChannelStore.Partition, RowRange.All, cancellation));
}

/// <summary>What one reading of the partition found.</summary>
/// <param name="ActiveIds">Channel id by kind.</param>
internal sealed record KnownChannels(
    IReadOnlyList<Channel> All,
    IReadOnlyDictionary<string, Channel> ById,
    IReadOnlyDictionary<string, Channel> ByHookKey,
    IReadOnlyDictionary<string, string> ActiveIds)
{
    public static KnownChannels Of(IReadOnlyList<Row> rows)
    {
        var all = rows.Where(row => ChannelStore.IsChannel(row.Key)).Select(ChannelStore.Read).ToList();
        var active = rows.Where(row => ChannelStore.KindOf(row.Key) is not null)
            .ToDictionary(row => ChannelStore.KindOf(row.Key)!, row => row.As(ChannelJson.Default.ChannelPointer).ChannelId);
        return new(all, all.ToDictionary(channel => channel.Id), all.ToDictionary(channel => channel.HookKey), active);
    }

    public Channel? Active(string kind) =>
        ActiveIds.TryGetValue(kind, out var id) && ById.TryGetValue(id, out var channel) && !channel.Archived ? channel : null;
}
