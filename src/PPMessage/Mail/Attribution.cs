using System.Text.RegularExpressions;

namespace PPMessage.Mail;

/// <summary>"On 1 May 2026 at 12:00, X wrote:", in the languages and forms of common mail programs, in up to four lines.</summary>
internal static class Attribution
{
    private const int MostLines = 4;

    /// <summary>Characters of a whole attribution: a name, an address, a long date.</summary>
    private const int Longest = 400;

    /// <summary>Languages that end with the verb.</summary>
    private static readonly string[] Endings =
    [
        "wrote", "writes", "写道", "寫道", "写到", "写信说", "schrieb", "a écrit", "escribió", "ha scritto", "schreef", "escreveu", "написал", "написала", "написал(а)", "пишет",
        "さんは書きました", "が書きました", "のメール", "님이 작성", "작성", "skrev", "napisał", "napisał(a)", "napisała", "napsal(a)", "yazdı", "şunu yazdı", "kirjoitti",
    ];

    /// <summary>Languages that may have it before the name, or at the beginning.</summary>
    private static readonly string[] Within = [" schrieb ", " schreef ", " wrote on ", " skrev ", " пишет ", "написал ", " a écrit le ", " schrieb am "];

    private static readonly string[] Starts =
    [
        "On ", "At ", "Am ", "Le ", "El ", "Il ", "Op ", "Em ", "A ", "W dniu ", "Den ", "Dne ", "Il giorno ", "在", "于", "於", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, ", "Sun, ",
    ];

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking;

    /// <summary>A year, or a date in digits.</summary>
    private static readonly Regex Dated = new(@"(19|20)[0-9]{2}|[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?[0-9]{2}", Options);

    private static readonly Regex Clock = new(@"[0-9]{1,2}[:：.h] ?[0-9]{2}", Options);

    /// <summary>A date at the beginning, perhaps behind a weekday: Russian, Japanese, Chinese, Korean forms.</summary>
    private static readonly Regex DateFirst = new(@"^(\p{L}{2,12}[.,]{1,2} )?([0-9]{4}[-/年.]|[0-9]{1,2} \p{L}{3,9}\.? [0-9]{4})", Options);

    /// <summary>Gmail's and QQ's Chinese form: a name or an address, then 于 or 在 and a date.</summary>
    private static readonly Regex AddressThenDate = new(@"[>＞""” ] ?[于於在] ?[0-9]{4}[-/年]", Options);

    /// <summary>Null when none begins there. Certain when it has a date, and a time or an address.</summary>
    public static Quotation? At(string[] lines, int start)
    {
        var joined = lines[start].Trim();
        for (var end = start + 1; ; end++)
        {
            if (joined.Length > Longest) return null;
            if (EndsAsOne(joined)) return Whole(joined, start, end);
            if (end >= lines.Length || end >= start + MostLines || !MayGoOn(joined, lines[end])) return null;
            joined = $"{joined} {lines[end].Trim()}";
        }
    }

    private static Quotation? Whole(string joined, int start, int end)
    {
        var dated = Dated.IsMatch(joined);
        var certain = dated && (Clock.IsMatch(joined) || joined.Contains('@', StringComparison.Ordinal));
        return certain || end == start + 1 || StartsAsOne(joined) ? new(start, end, certain) : null;
    }

    /// <summary>Only what begins like an attribution may be wrapped: the line above one is the person's own.</summary>
    private static bool MayGoOn(string joined, string next) => next.Trim() is { Length: > 0 } line && line[0] != '>' && StartsAsOne(joined);

    private static bool StartsAsOne(string text) =>
        Starts.Any(start => text.StartsWith(start, StringComparison.Ordinal)) || DateFirst.IsMatch(text) || AddressThenDate.IsMatch(text);

    private static bool EndsAsOne(string text)
    {
        if (text.Length == 0 || text[^1] is not (':' or '：')) return false;
        var body = text.AsSpan(0, text.Length - 1).TrimEnd();
        foreach (var ending in Endings)
            if (body.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return true;
        return Within.Any(verb => text.Contains(verb, StringComparison.OrdinalIgnoreCase)) || (body.EndsWith(">") && DateFirst.IsMatch(text) && Clock.IsMatch(text));
    }
}
