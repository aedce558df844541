using System.Text;

namespace PPMessage.Mail;

/// <summary>From bytes to text, with labels that are missing, wrong or too narrow.</summary>
internal static class Charsets
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Holds all of GBK and GB2312; what is labelled as these often goes beyond them.</summary>
    public static Encoding Gb18030 { get; } = Encoding.GetEncoding("gb18030");

    public static Encoding Windows1252 { get; } = Encoding.GetEncoding(1252);

    public static string Decode(ReadOnlySpan<byte> bytes, string? label) => PlainText.Clean(Choose(bytes, label).GetString(bytes));

    /// <summary>The label's encoding where the bytes don't speak against it.</summary>
    public static Encoding Choose(ReadOnlySpan<byte> bytes, string? label)
    {
        if (Marked(bytes) is { } marked) return marked;
        if (Named(label) is not { } named || IsWeak(named)) return Guess(bytes);
        if (named.CodePage == Encoding.UTF8.CodePage) return IsUtf8(bytes) ? named : GuessBroken(bytes);
        return named.CodePage == Gb18030.CodePage && LooksChinese(bytes) < 0.5 && IsUtf8(bytes) ? Encoding.UTF8 : named;
    }

    /// <summary>The encoding of bytes without a label: strictly UTF-8, else Chinese where nearly all of it is common Chinese, else windows-1252.</summary>
    public static Encoding Guess(ReadOnlySpan<byte> bytes)
    {
        if (IsUtf8(bytes)) return Encoding.UTF8;
        return LooksChinese(bytes) > 0.8 ? Gb18030 : Windows1252;
    }

    /// <summary>Null for a label that names nothing we know.</summary>
    public static Encoding? Named(string? label) => label?.Trim(' ', '"', '\'').ToLowerInvariant() switch
    {
        // Nobody writes it, but some say so of plain text.
        "utf-7" or "unicode-1-1-utf-7" => Encoding.UTF8,
        "ansi" => Windows1252,
        _ => CharsetNames.Find(label),
    };

    /// <summary>Mailers write these where they know nothing: the bytes decide.</summary>
    private static bool IsWeak(Encoding named) => named.CodePage is 20127 or 28591 or 1252;

    /// <summary>Labelled UTF-8, and is not: a few broken bytes in much UTF-8 (a cut-off end) don't make it another encoding.</summary>
    private static Encoding GuessBroken(ReadOnlySpan<byte> bytes)
    {
        var high = 0;
        foreach (var b in bytes)
            if (b >= 0x80) high++;
        var broken = Encoding.UTF8.GetString(bytes).Count(c => c == '\uFFFD');
        return broken * 10 <= high ? Encoding.UTF8 : Guess(bytes);
    }

    private static Encoding? Marked(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8,
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };

    private static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetCharCount(bytes) >= 0;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The share, among pairs that begin with a high byte, of GB2312's punctuation (rows A1–A3) and its 3755 common characters (rows B0–D7).</summary>
    private static double LooksChinese(ReadOnlySpan<byte> bytes)
    {
        var (pairs, common) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80) continue;
            pairs++;
            if (i + 1 < bytes.Length && bytes[i] is (>= 0xA1 and <= 0xA3) or (>= 0xB0 and <= 0xD7) && bytes[i + 1] >= 0xA1) common++;
            i++;
        }

        return pairs == 0 ? 0 : (double)common / pairs;
    }
}
