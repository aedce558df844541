using System.Text.Json;
using PPMessage.Contacts;

namespace PPMessage.Conversations.Erasing;

/// <summary>What tells that a text, or something in a JSON value, is about a contact: its ids, its threads' keys, its addresses. Pure.</summary>
internal sealed class Mentions(IReadOnlyCollection<string> ids, IReadOnlyCollection<Address> addresses)
{
    // "12345" stands in many a text that is about somebody else.
    private const int ShortestSought = 7;

    public bool In(string text) => ids.Any(id => text.Contains(id, StringComparison.Ordinal)) || addresses.Any(address => IsIn(address.Value, text));

    /// <summary>Whatever is in it, names of properties included.</summary>
    public bool In(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => In(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Any(In),
        JsonValueKind.Object => value.EnumerateObject().Any(property => In(property.Name) || In(property.Value)),
        _ => false,
    };

    private static bool IsIn(string address, string text) => address.Length < ShortestSought
        ? text.Equals(address, StringComparison.OrdinalIgnoreCase)
        : text.Contains(address, StringComparison.OrdinalIgnoreCase);
}
