using System.Globalization;
using System.Text;

namespace PPMessage.Http;

/// <summary>What people and flows may write in texts of several lines: no control characters but line ends and tabs.</summary>
internal static class WrittenText
{
    // Letters by name, and nothing to be seen: fillers of Korean, a blank of Braille.
    private static readonly HashSet<int> Blanks = [0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0];

    public static bool HasControls(string text) => text.Any(IsControl);

    public static string WithoutControls(string text) => HasControls(text) ? string.Concat(text.Where(c => !IsControl(c))) : text;

    /// <summary>Nothing of it can be seen: it is empty, or of blanks, control characters and characters without a width (U+200B, U+FEFF …).</summary>
    public static bool IsInvisible(string text) => text.EnumerateRunes().All(IsInvisible);

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    private static bool IsInvisible(Rune rune) =>
        Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format || Blanks.Contains(rune.Value);
}
