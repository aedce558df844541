using System.Buffers;

namespace PPMessage.Filters;

/// <summary>
/// Texts as filters compare them: without space around them, and in the widths of Unicode's NFKC, as people who write Chinese type letters and
/// digits in full width. Case is left to the comparison. The runtime's own normalisation does nothing here, as it runs without ICU's data.
/// </summary>
internal static class FoldedText
{
    private const char FirstFullWidth = '！';
    private const char LastFullWidth = '～';
    private const char FirstHalfWidth = '!';
    private const char WideSpace = '\u3000';
    private const char HardSpace = '\u00A0';

    private static readonly SearchValues<char> Changing =
        SearchValues.Create([WideSpace, HardSpace, '￠', '￡', '￥', .. Enumerable.Range(FirstFullWidth, LastFullWidth - FirstFullWidth + 1).Select(code => (char)code)]);

    /// <summary>The same string when nothing changes, which costs nothing.</summary>
    public static string Of(string text) =>
        text.AsSpan().ContainsAny(Changing)
            ? string.Create(text.Length, text, static (span, from) =>
            {
                for (var i = 0; i < span.Length; i++) span[i] = Of(from[i]);
            }).Trim()
            : text.Trim();

    private static char Of(char c) => c switch
    {
        WideSpace or HardSpace => ' ',
        >= FirstFullWidth and <= LastFullWidth => (char)(c - FirstFullWidth + FirstHalfWidth),
        '￠' => '¢',
        '￡' => '£',
        '￥' => '¥',
        _ => c,
    };
}
