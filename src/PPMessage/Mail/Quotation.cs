namespace PPMessage.Mail;

/// <summary>The lines with which a mail program introduces what it quotes.</summary>
/// <param name="End">The first line behind it.</param>
/// <param name="IsCertain">No person writes that: what follows is quoted even if its lines bear no mark.</param>
internal sealed record Quotation(int Start, int End, bool IsCertain)
{
    /// <summary>Null when none begins there.</summary>
    public static Quotation? At(string[] lines, int start)
    {
        var line = lines[start].AsSpan().Trim();
        if (line.IsEmpty) return null;
        if (Separators.IsSeparator(line)) return new(start, AfterHeader(lines, start + 1), IsCertain: true);
        if (Separators.IsRule(line) && HeaderAfter(lines, start + 1) is { } below) return new(start, below.End, IsCertain: true);
        return HeaderBlock.At(lines, start) ?? Attribution.At(lines, start);
    }

    private static int AfterHeader(string[] lines, int from) => HeaderAfter(lines, from)?.End ?? from;

    private static Quotation? HeaderAfter(string[] lines, int from)
    {
        var next = from;
        while (next < lines.Length && next < from + 3 && string.IsNullOrWhiteSpace(lines[next])) next++;
        return next < lines.Length ? HeaderBlock.At(lines, next) : null;
    }
}
