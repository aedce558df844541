namespace PPMessage.Mail;

/// <summary>Message-Ids in headers and in running text.</summary>
internal static class MessageIds
{
    public const int MostReferences = 50;

    /// <summary>RFC 5322's longest line.</summary>
    private const int Longest = 998;

    public static string? First(string? value) => InHeader(value).FirstOrDefault();

    /// <summary>Oldest first, none twice; of too many the first and the last.</summary>
    public static IReadOnlyList<string> Chain(IEnumerable<string> references, IEnumerable<string> inReplyTo)
    {
        var ids = references.SelectMany(InHeader).Concat(inReplyTo.SelectMany(InHeader)).Distinct(StringComparer.Ordinal).ToList();
        return ids.Count <= MostReferences ? ids : [ids[0], .. ids.TakeLast(MostReferences - 1)];
    }

    /// <summary>What stands in angle brackets; where there are none, the words that contain an at sign.</summary>
    public static IEnumerable<string> InHeader(string? value)
    {
        if (value is null) return [];
        var bracketed = Bracketed(value).ToList();
        return bracketed.Count > 0 ? bracketed : value.Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries).Where(IsId);
    }

    /// <summary>Bracketed ids in any text, mail addresses among them: the two look alike.</summary>
    public static IEnumerable<string> InText(string text) => Bracketed(text).Where(id => IsId(id) && !id.Any(char.IsWhiteSpace));

    private static IEnumerable<string> Bracketed(string value)
    {
        for (var open = value.IndexOf('<', StringComparison.Ordinal); open >= 0; open = value.IndexOf('<', open + 1))
        {
            var end = value.AsSpan(open + 1).IndexOfAny('<', '>');
            if (end < 0) yield break;
            if (value[open + 1 + end] != '>' || end > Longest) continue;
            var id = string.Concat(value.AsSpan(open + 1, end).ToString().Where(c => !char.IsWhiteSpace(c)));
            if (id.Length > 0) yield return id;
        }
    }

    private static bool IsId(string word) => word.Length <= Longest && word.IndexOf('@', StringComparison.Ordinal) is var at && at > 0 && at < word.Length - 1;
}
