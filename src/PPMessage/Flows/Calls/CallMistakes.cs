using System.Buffers;
using PPMessage.Http;

namespace PPMessage.Flows.Calls;

/// <summary>Why a call can't be made as it is written. Pure. What is said fits behind the thing's name ("must …").</summary>
internal static class CallMistakes
{
    /// <summary>In characters.</summary>
    public const int LongestHeader = 4000;

    public static readonly IReadOnlyList<string> Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Headers that are the connection's or ours; beside them whatever begins with <c>Proxy-</c>.</summary>
    private static readonly HashSet<string> Ours = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "HTTP2-Settings", "Expect",
        "Accept-Encoding", "User-Agent", "Idempotency-Key", "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context",
    };

    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <returns>A sentence; null: nothing is wrong.</returns>
    public static string? Of(CallRequest request, bool loopback)
    {
        if (OfMethod(request.Method) is { } method) return $"The method {method}.";
        if (OfUrl(request.Url, loopback) is { } url) return $"The URL {url}.";
        return request.Headers.Select(header => OfHeader(header.Key, header.Value) is { } mistake ? $"The header {header.Key} {mistake}." : null).FirstOrDefault(mistake => mistake is not null);
    }

    public static string? OfMethod(string method) => Methods.Contains(method) ? null : $"must be one of {string.Join(", ", Methods)}";

    /// <param name="loopback">Whether we ourselves are only known on this machine: then it may be called, by <c>http</c> too.</param>
    public static string? OfUrl(string url, bool loopback)
    {
        if (url.Length > PublicUrl.Longest) return $"must have at most {PublicUrl.Longest} characters";
        return url.Any(char.IsControl) ? "must hold no control characters" : PublicUrl.Mistake(url, loopback);
    }

    public static string? OfHeader(string name, string value)
    {
        if (name.Length is 0 or > 100 || name.AsSpan().ContainsAnyExcept(Token)) return "must have a name of up to 100 letters, digits and hyphens";
        if (Ours.Contains(name) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase)) return "can't be set: it is the connection's or PPMessage's own";
        if (value.Length > LongestHeader) return $"must have at most {LongestHeader} characters";
        return value.All(c => c is >= ' ' and <= '~') ? null : "must hold ASCII letters, digits and signs only: encode whatever else there is";
    }
}
