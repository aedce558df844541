using System.Collections.Frozen;

namespace PPMessage.Twilio;

/// <summary>
/// How many SMS a text becomes: what carriers bill. One character outside GSM 03.38 makes the whole text UCS-2.
/// Source: twilio.com/docs/glossary/what-is-gsm-7-character-encoding, "What is SMS character limit".
/// </summary>
internal static class SmsSegments
{
    /// <summary>Longer texts are refused by Twilio (21617).</summary>
    public const int LongestText = 1600;

    private const int GsmAlone = 160;
    private const int GsmPart = 153;
    private const int UnicodeAlone = 70;
    private const int UnicodePart = 67;

    private static readonly FrozenSet<char> Basic = (
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
        "¿abcdefghijklmnopqrstuvwxyzäöñüà").ToFrozenSet();

    /// <summary>They cost two: an escape and the character.</summary>
    private static readonly FrozenSet<char> Extension = "\f^{}\\[~]|€".ToFrozenSet();

    public static bool IsGsm(string text) => text.All(c => Basic.Contains(c) || Extension.Contains(c));

    /// <summary>0 for an empty text.</summary>
    public static int Count(string text) => IsGsm(text)
        ? Count(text.Select(c => Extension.Contains(c) ? 2 : 1), GsmAlone, GsmPart)
        : Count(text.EnumerateRunes().Select(r => r.Utf16SequenceLength), UnicodeAlone, UnicodePart);

    // A character that takes two places is never cut in two: it begins the next part.
    private static int Count(IEnumerable<int> widths, int alone, int part)
    {
        int total = 0, parts = 0, free = 0;
        foreach (var width in widths)
        {
            total += width;
            if (width > free) (parts, free) = (parts + 1, part);
            free -= width;
        }

        return total <= alone ? Math.Min(parts, 1) : parts;
    }
}
