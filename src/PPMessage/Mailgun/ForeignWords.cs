namespace PPMessage.Mailgun;

/// <summary>Other people's words, cut to a length that a person reads and a row holds.</summary>
internal static class ForeignWords
{
    private const int Longest = 600;

    public static string Short(string text)
    {
        var line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length > Longest ? line[..Longest] + "…" : line;
    }

    /// <summary>Empty for no words.</summary>
    public static string InBrackets(string text) => Short(text) is { Length: > 0 } words ? $" (“{words}”)" : string.Empty;
}
