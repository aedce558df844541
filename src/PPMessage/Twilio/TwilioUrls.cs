namespace PPMessage.Twilio;

/// <summary>The URLs by which Twilio calls us. All are built on the configured base exactly as it was written: Twilio signs what it was told.</summary>
internal static class TwilioUrls
{
    /// <summary>
    /// Three tries on any failure, each at most 4 s. Twilio's to read, never sent: without it a callback that we can't take is told once and lost.
    /// Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
    /// </summary>
    public const string Retries = "#rc=3&rp=all&rt=4000";

    public static string Inbound(Uri publicBaseUrl, string hookKey) => $"{Base(publicBaseUrl)}/hooks/{hookKey}/sms";

    public static string Status(Uri publicBaseUrl, string hookKey) => $"{Base(publicBaseUrl)}/hooks/{hookKey}/sms/status";

    /// <summary>What Twilio requested: the configured base and the raw target (path and query as sent; the Host header is the proxy's business).</summary>
    public static string Requested(Uri publicBaseUrl, string rawTarget) => Base(publicBaseUrl) + OriginForm(rawTarget);

    /// <summary>The query of a raw target, without its question mark.</summary>
    public static string Query(string rawTarget) => rawTarget.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? rawTarget[(at + 1)..] : string.Empty;

    private static string Base(Uri publicBaseUrl) => publicBaseUrl.OriginalString.TrimEnd('/');

    // A proxy may send the absolute form (RFC 9112, section 3.2.2).
    private static string OriginForm(string rawTarget)
    {
        var authority = rawTarget.StartsWith('/') ? -1 : rawTarget.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0) return rawTarget;
        var path = rawTarget.IndexOf('/', authority + "://".Length);
        return path < 0 ? "/" : rawTarget[path..];
    }
}
