using System.Text;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>An address as its owner knows it again, and nobody else learns it from a forwarded mail.</summary>
internal static class MaskedAddress
{
    private const string Mask = "***";

    // Of a number: its country, about, and the last digits.
    private const int NumberBegins = 3;
    private const int NumberEnds = 2;

    /// <summary><c>f***@example.com</c>, <c>+86***00</c>.</summary>
    public static string Of(string address)
    {
        var at = address.LastIndexOf('@');
        if (at > 0) return $"{FirstRune(address)}{Mask}{address[at..]}";
        return address.Length > NumberBegins + NumberEnds ? $"{address[..NumberBegins]}{Mask}{address[^NumberEnds..]}" : Mask;
    }

    private static string FirstRune(string text) => Rune.TryGetRuneAt(text, 0, out var rune) ? rune.ToString() : string.Empty;
}
