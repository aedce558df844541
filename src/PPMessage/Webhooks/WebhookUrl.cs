using System.Net;
using PPMessage.Http;

namespace PPMessage.Webhooks;

/// <summary>
/// Which addresses a webhook may have. A name is resolved when it is called, and what it means then is looked at then (<see cref="PublicAddresses"/>); here is only seen
/// what can never be right.
/// </summary>
internal static class WebhookUrl
{
    public const int Longest = 2000;

    /// <param name="loopback">Whether we ourselves are only known on this machine.</param>
    /// <returns>What is wrong with it; null: nothing.</returns>
    public static string? Mistake(string text, bool loopback)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http")) return "must be an absolute https URL";
        if (url.UserInfo.Length > 0) return "must hold no user name or password: the signature says who we are";
        if (url.Fragment.Length > 0) return "must have no fragment (#…)";
        if (loopback && url.IsLoopback) return null;
        if (url.Scheme != "https") return "must begin with https";
        return url.IsLoopback || (IPAddress.TryParse(url.IdnHost, out var address) && !PublicAddresses.IsPublic(address))
            ? "must be on the public Internet, not on a private or local address"
            : null;
    }
}
