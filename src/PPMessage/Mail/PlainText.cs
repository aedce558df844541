using System.Text;

namespace PPMessage.Mail;

/// <summary>Text that can be stored and shown: valid Unicode, line ends as <c>\n</c>, no other control characters than that and tabs.</summary>
internal static class PlainText
{
    private const char ReplacementCharacter = '\uFFFD';

    public static string Clean(string text)
    {
        if (!NeedsCleaning(text)) return text;
        var cleaned = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++) Append(cleaned, text, i);
        return cleaned.ToString();
    }

    /// <summary>As <see cref="Clean"/>, on one line, without blanks at its ends; at most <paramref name="most"/> characters.</summary>
    public static string Line(string text, int most = 1000)
    {
        var line = string.Join(' ', Clean(text).Split((char[])['\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        return Cut(line, most);
    }

    /// <summary>The first characters; a surrogate pair is not cut in two.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most) return text;
        return text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var c in text)
            if ((char.IsControl(c) && c is not ('\n' or '\t')) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF') return true;
        return false;
    }

    private static void Append(StringBuilder cleaned, string text, int i)
    {
        var c = text[i];
        if (c == '\r') AppendReturn(cleaned, text, i);
        else if (c is '\u2028' or '\u2029' or '\u0085') cleaned.Append('\n');
        else if (c == '\uFEFF' || (char.IsControl(c) && c is not ('\n' or '\t'))) return;
        else cleaned.Append(IsLone(text, i) ? ReplacementCharacter : c);
    }

    private static void AppendReturn(StringBuilder cleaned, string text, int i)
    {
        if (i + 1 >= text.Length || text[i + 1] != '\n') cleaned.Append('\n');
    }

    private static bool IsLone(string text, int i) =>
        char.IsHighSurrogate(text[i]) ? i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1])
        : char.IsLowSurrogate(text[i]) && (i == 0 || !char.IsHighSurrogate(text[i - 1]));
}
