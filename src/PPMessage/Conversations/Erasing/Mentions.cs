using System.Text.Json;
using PPMessage.Contacts;

namespace PPMessage.Conversations.Erasing;

/// <summary>What tells that something is about a contact: its ids, its threads' keys, its addresses. Pure.</summary>
internal sealed class Mentions(IReadOnlyCollection<string> ids, IReadOnlyCollection<Address> addresses)
{
    // Who else got a mail says nothing of whose it is.
    private static readonly string[] OfOthers = ["cc", "bcc"];

    /// <summary>In what people read: an id, or an address that stands for itself. Ids of somebody else's system may be any word, and are not looked for.</summary>
    public bool In(string text) => HasId(text) || addresses.Any(address => address.Kind != AddressKind.External && StandsIn(address.Value, text));

    /// <summary>In a program's values, where an address is a whole one (<c>+86…</c>, <c>Mia &lt;mia@example.com&gt;</c>): who is named in somebody else's words is not meant.</summary>
    public bool In(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => HasId(value.GetString()!) || addresses.Any(address => Is(address.Value, value.GetString()!)),
        JsonValueKind.Array => value.EnumerateArray().Any(In),
        JsonValueKind.Object => value.EnumerateObject().Any(property => !OfOthers.Contains(property.Name, StringComparer.OrdinalIgnoreCase) && In(property.Value)),
        _ => false,
    };

    private bool HasId(string text) => ids.Any(id => text.Contains(id, StringComparison.Ordinal));

    private static bool Is(string address, string text) =>
        text.Trim().Equals(address, StringComparison.OrdinalIgnoreCase) || text.TrimEnd().EndsWith($"<{address}>", StringComparison.OrdinalIgnoreCase);

    private static bool StandsIn(string address, string text)
    {
        for (var at = text.IndexOf(address, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(address, at + 1, StringComparison.OrdinalIgnoreCase))
            if (!IsPart(text, at - 1) && !IsPart(text, at + address.Length)) return true;
        return false;
    }

    // "joann@…" is not "ann@…", and a full stop ends a sentence only before a blank.
    private static bool IsPart(string text, int at) => at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '_' or '+' or '@'
        || (text[at] == '.' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1])));
}
