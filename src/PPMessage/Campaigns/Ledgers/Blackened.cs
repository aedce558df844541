using System.Text.RegularExpressions;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>
/// What providers say of an error often names whom it is about. Ledgers are read long after a contact may have been erased, and nobody goes through them then: so what looks like
/// a phone number or a mail address never gets there. Pure.
/// </summary>
internal static partial class Blackened
{
    private const string Instead = "…";

    public static string? Of(string? text) => text is null ? null : Addresses().Replace(text, Instead);

    [GeneratedRegex(@"[^\s@<>()\[\]""',;:]+@[^\s@<>()\[\]""',;:]+|\+[0-9][0-9 ().\-]{5,}[0-9]|[0-9]{7,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Addresses();
}
