using System.Globalization;
using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Contacts.Attributes;

/// <summary>The definitions at one time, and whether values agree with them. Pure.</summary>
internal sealed record KnownAttributes(IReadOnlyDictionary<string, AttributeDefinition> ByKey)
{
    public const int LongestText = 4000;
    public const int MostEntries = 100;

    private const string DateForm = "yyyy-MM-dd";

    public static readonly KnownAttributes None = new(new Dictionary<string, AttributeDefinition>());

    public AttributeDefinition? Find(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>What is wrong with a value, in words for whoever wrote it; null: nothing, or the attribute has no definition.</summary>
    public string? Mistake(string key, JsonElement value) => Find(key) is { } definition && !Holds(definition, value) ? Allowed(definition) : null;

    public static bool IsDate(string? text) => DateOnly.TryParseExact(text, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>What a definition's values look like.</summary>
    public static string Allowed(AttributeDefinition definition) => definition.Type switch
    {
        AttributeType.Text => $"must be a text of at most {LongestText} characters",
        AttributeType.Number => "must be a number",
        AttributeType.Date => "must be a date such as 2026-11-22",
        AttributeType.Boolean => "must be true or false",
        AttributeType.Choice => definition.Choices.Count == 0 ? "has no choices yet: add some to its definition" : $"must be one of: {string.Join(", ", definition.Choices)}",
        _ => $"must be a list of at most {MostEntries} texts, each of at most {LongestText} characters",
    };

    private static bool Holds(AttributeDefinition definition, JsonElement value) => definition.Type switch
    {
        AttributeType.Text => JsonText.Of(value) is { Length: <= LongestText },
        AttributeType.Number => value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()),
        AttributeType.Date => IsDate(JsonText.Of(value)),
        AttributeType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        AttributeType.Choice => JsonText.Of(value) is { } choice && definition.Choices.Contains(choice),
        _ => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MostEntries && value.EnumerateArray().All(item => JsonText.Of(item) is { Length: <= LongestText }),
    };
}
