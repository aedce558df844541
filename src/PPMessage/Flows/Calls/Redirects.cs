using System.Net;

namespace PPMessage.Flows.Calls;

/// <summary>Which redirects a call follows. Pure.</summary>
internal static class Redirects
{
    public const int Most = 3;

    public static bool Is(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    /// <param name="followed">How many there were before this one.</param>
    /// <returns>Why it is not followed, for people; null: it is.</returns>
    public static string? Mistake(string method, Uri from, HttpResponseMessage answer, int followed, bool loopback)
    {
        var status = $"It answered {(int)answer.StatusCode}, a redirect";
        if (method != "GET") return $"{status}, and only a GET follows one: set the URL that it leads to.";
        if (followed == Most) return $"{status}, after {Most} others: no more are followed.";
        if (Target(from, answer) is not { } target) return $"{status} without a Location that can be read.";
        // Somebody out there does not send us to what runs on this machine, even where this machine may be called.
        return CallMistakes.OfUrl(target.AbsoluteUri, loopback && from.IsLoopback) is { } mistake ? $"{status} that is not followed: its URL {mistake}." : null;
    }

    /// <summary>Where it leads, without a fragment; null when it does not say.</summary>
    public static Uri? Target(Uri from, HttpResponseMessage answer)
    {
        if (answer.Headers.Location is not { } location || !Uri.TryCreate(from, location, out var target)) return null;
        return target.Fragment.Length == 0 ? target : new UriBuilder(target) { Fragment = string.Empty }.Uri;
    }

    public static bool IsSameOrigin(Uri one, Uri other) => one.Scheme == other.Scheme && one.IdnHost == other.IdnHost && one.Port == other.Port;
}
