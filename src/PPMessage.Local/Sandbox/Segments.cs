namespace PPMessage.Local.Sandbox;

/// <summary>How many parts a text is sent in (https://www.twilio.com/docs/glossary/what-sms-character-limit).</summary>
internal static class Segments
{
    private const string Gsm =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    /// <summary>These cost two septets.</summary>
    private const string GsmExtension = "^{}\\[~]|€\f";

    private static readonly HashSet<char> OneSeptet = [.. Gsm];
    private static readonly HashSet<char> TwoSeptets = [.. GsmExtension];

    /// <summary>At least 1: a message without text is one part.</summary>
    public static int Count(string text) =>
        text.All(c => OneSeptet.Contains(c) || TwoSeptets.Contains(c))
            ? Parts(text.Select(c => TwoSeptets.Contains(c) ? 2 : 1), whole: 160, part: 153)
            : Parts(text.EnumerateRunes().Select(rune => rune.Utf16SequenceLength), whole: 70, part: 67);

    /// <summary>No character is split over two parts, so a part may stay one unit short.</summary>
    private static int Parts(IEnumerable<int> costs, int whole, int part)
    {
        int total = 0, parts = 1, used = 0;
        foreach (var cost in costs)
        {
            total += cost;
            if (used + cost > part) (parts, used) = (parts + 1, 0);
            used += cost;
        }

        return total <= whole ? 1 : parts;
    }
}
