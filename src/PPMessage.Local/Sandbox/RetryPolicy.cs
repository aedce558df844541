using System.Globalization;
using System.Web;

namespace PPMessage.Local.Sandbox;

/// <summary>
/// How Twilio calls a URL: the fragment overrides the defaults and is never sent (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
/// <c>ct</c>, <c>e</c> and <c>sni</c> are taken and mean nothing here: the connect timeout is always 5 s.
/// </summary>
/// <param name="Url">Without the fragment: what is requested and signed.</param>
/// <param name="Retries">0–5, default 1.</param>
/// <param name="Reasons">What is tried again: <c>4xx</c>, <c>5xx</c>, <c>ct</c> (the default), <c>rt</c>, <c>all</c>.</param>
/// <param name="Read">How long one answer may take; default 15 s.</param>
/// <param name="Total">How long all attempts may take; default 15 s.</param>
internal sealed record RetryPolicy(string Url, int Retries, IReadOnlyList<string> Reasons, TimeSpan Read, TimeSpan Total)
{
    public const int LongestMilliseconds = 15_000;

    public static RetryPolicy Of(string configured)
    {
        var hash = configured.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0) return new RetryPolicy(configured, 1, ["ct"], Limit(null), Limit(null));
        var overrides = HttpUtility.ParseQueryString(configured[(hash + 1)..]);
        return new RetryPolicy(
            configured[..hash],
            int.TryParse(overrides["rc"], CultureInfo.InvariantCulture, out var retries) ? Math.Clamp(retries, 0, 5) : 1,
            overrides["rp"]?.Split(',') ?? ["ct"],
            Limit(overrides["rt"]),
            Limit(overrides["tt"]));
    }

    /// <summary>Whether a failed attempt is one of those that are tried again.</summary>
    public bool Covers(CallbackRecord attempt) => Reasons.Contains("all") || Reasons.Contains(attempt switch
    {
        { StatusCode: >= 400 and < 500 } => "4xx",
        { StatusCode: >= 500 } => "5xx",
        { Error: CallbackCaller.CannotConnect } => "ct",
        _ => "rt",
    });

    private static TimeSpan Limit(string? milliseconds) => TimeSpan.FromMilliseconds(
        int.TryParse(milliseconds, CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 100, LongestMilliseconds) : LongestMilliseconds);
}
