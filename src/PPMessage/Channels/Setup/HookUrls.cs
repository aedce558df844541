namespace PPMessage.Channels.Setup;

internal enum HookOwner
{
    /// <summary>Not ours, or another installation's.</summary>
    Foreign,

    /// <summary>Another channel's of this installation.</summary>
    AnotherChannel,

    /// <summary>At our address, with a key that no channel has: of one that was deleted.</summary>
    Gone,

    /// <summary>This channel's key at an address that we had before.</summary>
    Moved,

    Current,
}

/// <summary>A URL that stands at a provider, read.</summary>
/// <param name="Key">The hook key in it; empty where it is foreign.</param>
/// <param name="Path">What stands behind the key, without query, fragment and slash at its end, e.g. <c>sms/status</c>; empty where it is foreign.</param>
internal sealed record HookUrl(HookOwner Owner, string Key, string Path);

/// <summary>Tells whose a URL is that stands at a channel's provider. A method before it (<c>GET https://…</c>) does not matter.</summary>
/// <param name="all">The channels of this installation, this one among them or not.</param>
internal sealed class HookUrls(Uri publicBaseUrl, Channel channel, IEnumerable<Channel> all)
{
    private const string Hooks = "/hooks/";

    private readonly string _base = publicBaseUrl.OriginalString.TrimEnd('/');

    private readonly Dictionary<string, Channel> _others = all.Where(other => other.Id != channel.Id).ToDictionary(other => other.HookKey);

    /// <summary>As the store has the channels now: one that another instance has just made must not look like one that is gone.</summary>
    public static async Task<HookUrls> ReadAsync(Uri publicBaseUrl, Channel channel, ChannelDirectory channels, CancellationToken cancellation)
    {
        channels.Forget();
        return new HookUrls(publicBaseUrl, channel, await channels.AllAsync(cancellation));
    }

    public HookUrl Read(string url)
    {
        var bare = url[(url.IndexOf(' ', StringComparison.Ordinal) + 1)..].Split('?', '#')[0].TrimEnd('/');
        var at = bare.LastIndexOf(Hooks, StringComparison.Ordinal);
        if (at <= 0 || bare[(at + Hooks.Length)..].Split('/', 2) is not [{ Length: > 0 } key, var path]) return new(HookOwner.Foreign, string.Empty, string.Empty);
        var owner = Owner(bare[..at], key);
        return owner == HookOwner.Foreign ? new(owner, string.Empty, string.Empty) : new(owner, key, path);
    }

    public HookOwner OwnerOf(string url) => Read(url).Owner;

    /// <summary>The other channel that a URL names; null: it names none.</summary>
    public Channel? OtherOf(string url) => Read(url) is { Owner: HookOwner.AnotherChannel, Key: var key } ? _others[key] : null;

    /// <summary>For people: others' URLs may have their secrets in them.</summary>
    public static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0
        ? $"{parsed.Scheme}://{parsed.Authority}/…"
        : url;

    private HookOwner Owner(string root, string key)
    {
        var isHere = string.Equals(root, _base, StringComparison.OrdinalIgnoreCase);
        if (key == channel.HookKey) return isHere ? HookOwner.Current : HookOwner.Moved;
        if (!isHere) return HookOwner.Foreign;
        return _others.ContainsKey(key) ? HookOwner.AnotherChannel : HookOwner.Gone;
    }
}
