namespace PPMessage.Templates.Filters;

/// <summary>Texts in code points, in which Liquid counts: an emoji is one, and is never cut in two.</summary>
internal static class Runes
{
    public static int Count(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    /// <summary>From the one code point to before the other; what lies outside of the text is nothing.</summary>
    public static string Slice(string text, long from, long to)
    {
        var (index, begin, at) = (0L, text.Length, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (index == from) begin = at;
            if (index++ >= to) break;
            at += rune.Utf16SequenceLength;
        }

        return at > begin ? text[begin..at] : string.Empty;
    }

    public static IEnumerable<object?> Each(string text) => text.EnumerateRunes().Select(rune => (object?)rune.ToString());
}
