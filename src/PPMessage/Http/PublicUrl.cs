using System.Net;

namespace PPMessage.Http;

/// <summary>
/// Which URLs out of data are called at all. A name is resolved when it is called, and what it means then is looked at then (<see cref="PublicAddresses"/>); here is only seen
/// what can never be right.
/// </summary>
internal static class PublicUrl
{
    public const int Longest = 2000;

    /// <param name="loopback">Whether we ourselves are only known on this machine.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Mistake(string text, bool loopback)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) return "must be an absolute https URL";
        if (url.UserInfo.Length > 0) return "must hold no user name or password: URLs are shown and logged";
        if (url.Fragment.Length > 0) return "must have no fragment (#…)";
        if (loopback && url.IsLoopback) return null;
        if (url.Scheme != "https") return "must begin with https";
        if (Host(url) is not { } host) return "must have a host that is a name";
        return url.IsLoopback || (IPAddress.TryParse(host, out var address) && !PublicAddresses.IsPublic(address))
            ? "must be on the public Internet, not on a private or local address"
            : null;
    }

    /// <summary>Null: it looks like one (<c>xn--…</c>), and can't be put into a request.</summary>
    private static string? Host(Uri url)
    {
        try
        {
            return url.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
