using System.Text.RegularExpressions;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>
/// A route's expression (https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/route-filters): patterns are Python's,
/// matched anywhere in the value unless anchored, without regard to case.
/// </summary>
internal sealed partial class RouteFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly List<(string Name, Regex? Header, Regex? Value)> _terms = [];

    private RouteFilter()
    {
    }

    /// <summary>Null when it is none.</summary>
    public static RouteFilter? Parse(string expression)
    {
        var filter = new RouteFilter();
        var at = 0;
        foreach (Match match in Term().Matches(expression))
        {
            if (expression[at..match.Index].Trim() != (at == 0 ? "" : "and") || !filter.Add(match)) return null;
            at = match.Index + match.Length;
        }

        return filter._terms.Count > 0 && expression[at..].Trim().Length == 0 ? filter : null;
    }

    /// <summary>What the last pattern captured; null when the mail does not fit.</summary>
    /// <param name="isCaught">Whether a route before this one fitted, which is what <c>catch_all()</c> asks.</param>
    public Match? Fit(string recipient, IReadOnlyList<KeyValuePair<string, string>> headers, bool isCaught)
    {
        var fit = Match.Empty;
        foreach (var (name, header, value) in _terms)
        {
            if (name == "catch_all" && isCaught) return null;
            if (name == "catch_all") continue;
            var texts = header is null ? [recipient] : headers.Where(one => header.IsMatch(one.Key)).Select(one => one.Value);
            if (texts.Select(text => value!.Match(text)).FirstOrDefault(match => match.Success) is not { } match) return null;
            if (header is null || fit == Match.Empty) fit = match;
        }

        return fit;
    }

    private bool Add(Match match)
    {
        try
        {
            var (name, texts) = (match.Groups["name"].Value, RouteAction.Texts(match.Groups["arguments"].Value));
            var wanted = name switch { "match_recipient" => 1, "match_header" => 2, "catch_all" => 0, _ => -1 };
            if (texts.Count != wanted) return false;
            _terms.Add((name, wanted == 2 ? Pattern($"^{Regex.Escape(texts[0])}$") : null, wanted == 0 ? null : Pattern(texts[^1])));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Regex Pattern(string python) =>
        new(python.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, Patience);

    [GeneratedRegex(
        """(?<name>[a-z_]+)\s*\((?<arguments>(\s*,?\s*("([^"\\]|\\.)*"|'([^'\\]|\\.)*'))*)\s*\)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Term();
}

/// <summary>One of a route's actions.</summary>
/// <param name="Kind"><c>forward</c>, <c>store</c> or <c>stop</c>.</param>
/// <param name="Targets">URLs and mail addresses.</param>
internal sealed partial record RouteAction(string Kind, IReadOnlyList<string> Targets)
{
    /// <summary>Null when it is none.</summary>
    public static RouteAction? Parse(string text) => Action().Match(text.Trim()) is { Success: true } match
        ? new RouteAction(match.Groups["name"].Value, [.. Texts(match.Groups["arguments"].Value).SelectMany(one => Comma().Split(one), (_, one) => one.Trim())])
        : null;

    /// <summary>With what the filter captured in the place of <c>\1</c> and <c>\g&lt;name&gt;</c>.</summary>
    public RouteAction Filled(Match fit) => this with
    {
        Targets = [.. Targets.Select(target => Reference().Replace(target, one => fit.Groups[one.Groups["group"].Value].Value))],
    };

    /// <summary>The quoted strings of a call; a backslash stays, for it belongs to the pattern.</summary>
    public static IReadOnlyList<string> Texts(string arguments) =>
        [.. Quoted().Matches(arguments).Select(match => match.Value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\'", "'", StringComparison.Ordinal))];

    [GeneratedRegex(
        """^(?<name>forward|store|stop)\s*\((?<arguments>(\s*,?\s*(notify\s*=\s*)?("([^"\\]|\\.)*"|'([^'\\]|\\.)*'))*)\s*\)$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Action();

    [GeneratedRegex(@",(?=\s*(https?://|[^,/\s]+@))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comma();

    [GeneratedRegex("""\\((?<group>\d+)|g<(?<group>\w+)>)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(
        """ "([^"\\]|\\.)*"|'([^'\\]|\\.)*' """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
