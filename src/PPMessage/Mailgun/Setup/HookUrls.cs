namespace PPMessage.Mailgun.Setup;

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

internal enum HookForm
{
    ParsedMail,
    RawMail,
    Events,
}

/// <summary>Tells whose a URL is that stands at Mailgun.</summary>
/// <param name="otherKeys">Hook keys of the other channels.</param>
internal sealed class HookUrls(Uri publicBaseUrl, string hookKey, IReadOnlySet<string> otherKeys)
{
    private const string Hooks = "/hooks/";

    private readonly string _base = publicBaseUrl.OriginalString.TrimEnd('/');

    public string Mime { get; } = MailgunUrls.Mime(publicBaseUrl, hookKey);

    public string Events { get; } = MailgunUrls.Events(publicBaseUrl, hookKey);

    public HookOwner OwnerOf(string url) => Parts(url) switch
    {
        null => HookOwner.Foreign,
        var (root, key) when key == hookKey => IsBase(root) ? HookOwner.Current : HookOwner.Moved,
        var (root, _) when !IsBase(root) => HookOwner.Foreign,
        var (_, key) => otherKeys.Contains(key) ? HookOwner.AnotherChannel : HookOwner.Gone,
    };

    /// <summary>Whether it is to be replaced by this channel's URL.</summary>
    public bool IsOurs(string url) => OwnerOf(url) is HookOwner.Current or HookOwner.Moved or HookOwner.Gone;

    public static HookForm FormOf(string url) => url.TrimEnd('/') switch
    {
        var path when path.EndsWith("/events", StringComparison.Ordinal) => HookForm.Events,
        var path when path.EndsWith("mime", StringComparison.Ordinal) => HookForm.RawMail,
        _ => HookForm.ParsedMail,
    };

    /// <summary>For people: others' URLs may have their secrets in them.</summary>
    public static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0
        ? $"{parsed.Scheme}://{parsed.Authority}/…"
        : url;

    /// <summary>Null: it is no URL that a Mailgun channel has.</summary>
    private static (string Root, string Key)? Parts(string url)
    {
        var at = url.LastIndexOf(Hooks, StringComparison.Ordinal);
        var path = at > 0 ? url[(at + Hooks.Length)..].TrimEnd('/').Split('/') : [];
        return path is [_, "email"] or [_, "email", "mime" or "events"] ? (url[..at], path[0]) : null;
    }

    private bool IsBase(string root) => string.Equals(root, _base, StringComparison.OrdinalIgnoreCase);
}
