namespace PPMessage.Twilio;

/// <summary>A callback's fields by name, as Twilio wrote them. Names are case-sensitive; nothing is trimmed.</summary>
internal sealed class TwilioFields(IEnumerable<KeyValuePair<string, string>> pairs)
{
    private readonly Dictionary<string, string> _fields =
        pairs.GroupBy(p => p.Key, p => p.Value).ToDictionary(g => g.Key, g => string.Join('\n', g.Distinct()));

    /// <summary>All, for people to look at; the values of a repeated name stand on a line each.</summary>
    public IReadOnlyDictionary<string, string> All => _fields;

    /// <summary>Null when absent; empty stays empty.</summary>
    public string? this[string name] => _fields.GetValueOrDefault(name);

    /// <summary>Null when absent or empty.</summary>
    public string? Filled(string name) => this[name] is { Length: > 0 } value ? value : null;
}
