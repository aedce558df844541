using System.Text.RegularExpressions;

namespace PPMessage.Mailgun.Setup;

internal enum RouteFit
{
    No,
    Yes,

    /// <summary>It asks for a header: some mails.</summary>
    Sometimes,

    /// <summary>It can't be read here; Mailgun may well.</summary>
    Unreadable,
}

/// <summary>
/// Whether a route's expression fits an address: <c>match_recipient("…")</c>, <c>match_header("…","…")</c>, <c>catch_all()</c>, joined by <c>and</c>.
/// Patterns are Python's. Pure, and bounded in time: others wrote them. Source: documentation.mailgun.com, "Route filters".
/// </summary>
internal static partial class RouteExpression
{
    private const string Special = @"\.+*?^$()[]{}|";

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>Fits this address alone.</summary>
    public static string Of(string address) =>
        $"match_recipient(\"^{string.Concat(address.Select(c => Special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()))}$\")";

    /// <param name="isCaught">Whether a route before this one fits, which is what <c>catch_all()</c> asks.</param>
    public static RouteFit Fit(string expression, string address, bool isCaught)
    {
        try
        {
            if (Terms(expression) is not { } terms) return RouteFit.Unreadable;
            var fits = terms.Select(term => FitTerm(term, address, isCaught)).ToList();
            return new[] { RouteFit.No, RouteFit.Unreadable, RouteFit.Sometimes }.FirstOrDefault(fits.Contains, RouteFit.Yes);
        }
        catch (RegexMatchTimeoutException)
        {
            return RouteFit.Unreadable;
        }
    }

    /// <summary>Null: it has something in it that is not known.</summary>
    private static List<Match>? Terms(string expression)
    {
        var terms = new List<Match>();
        for (var at = 0; ; at += terms[^1].Length)
        {
            if (Term().Match(expression, at) is not { Success: true } term) return null;
            terms.Add(term);
            if (!term.Groups["and"].Success) return terms;
        }
    }

    private static RouteFit FitTerm(Match term, string address, bool isCaught) => (term.Groups["name"].Value, term.Groups["text"].Captures) switch
    {
        ("catch_all", []) => isCaught ? RouteFit.No : RouteFit.Yes,
        ("match_header", [_, _]) => RouteFit.Sometimes,
        ("match_recipient", [var pattern]) => FitPattern(pattern.Value[1..^1], address),
        _ => RouteFit.Unreadable,
    };

    private static RouteFit FitPattern(string pattern, string address)
    {
        try
        {
            return Regex.IsMatch(address, Translated(pattern), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, Patience) ? RouteFit.Yes : RouteFit.No;
        }
        catch (ArgumentException)
        {
            return RouteFit.Unreadable;
        }
    }

    private static string Translated(string python) => python
        .Replace("\\\"", "\"", StringComparison.Ordinal).Replace("(?P<", "(?<", StringComparison.Ordinal).Replace(@"\Z", @"\z", StringComparison.Ordinal);

    [GeneratedRegex(
        """\G\s*(?<name>[a-z_]+)\s*\(\s*((?<text>"([^"\\]|\\.)*"|'([^'\\]|\\.)*')\s*(,\s*(?<text>"([^"\\]|\\.)*"|'([^'\\]|\\.)*')\s*)*)?\)\s*((?<and>and)\b|$)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Term();
}
