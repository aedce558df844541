using System.Text.RegularExpressions;

namespace PPMessage.Conversations;

/// <summary>Subjects of conversations and of answers.</summary>
internal static partial class Subjects
{
    private const int LongestSubject = 300;

    /// <summary>Without the marks that answering and forwarding have put before it, in whatever language; null when nothing is left.</summary>
    public static string? Bare(string? subject)
    {
        if (subject is null) return null;
        var bare = Texts.Beginning(Marks().Replace(subject.Trim(), string.Empty).Trim(), LongestSubject);
        return bare.Length == 0 ? null : bare;
    }

    public static string? OfAnswer(string? bare) => bare is null ? null : $"Re: {bare}";

    // Re, Fwd and their like in English, German, the Nordic and Romance languages, Polish, Dutch and Chinese; "Re[2]:" as some clients count.
    [GeneratedRegex(
        @"^(?:\s*(?:re|fwd?|fw|aw|wg|sv|vs|vb|antw|doorst|rif|r|i|res|enc|tr|rv|odp|pd|回复|答复|转发|回覆|轉寄|转寄|轉發)\s*(?:\[\d{1,4}\])?\s*[:：])+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Marks();
}
