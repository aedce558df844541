namespace PPMessage.Local.Sandbox;

internal static class CallbackUrls
{
    /// <summary>https://www.twilio.com/docs/api/errors/21609.</summary>
    private const int Longest = 4000;

    /// <summary>Twilio refuses host names with an underscore.</summary>
    public static bool IsValid(string url) =>
        url.Length <= Longest
        && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && parsed.Scheme is ("http" or "https")
        && !parsed.Host.Contains('_', StringComparison.Ordinal);
}
