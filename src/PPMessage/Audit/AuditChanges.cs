using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PPMessage.Audit;

/// <summary>One field before and after; null: it was or is not there.</summary>
internal sealed record AuditChange(JsonElement? Before, JsonElement? After);

/// <summary>
/// What a change changed, from how the thing looks before and after. Never give it a secret: of those only that they are <see cref="Set"/> or <see cref="Changed"/>.
/// Objects are compared field by field (<c>settings.phoneNumber</c>). Bounded: <see cref="MostFields"/> fields, values of <see cref="LongestValue"/> characters. Pure.
/// </summary>
internal static class AuditChanges
{
    public const int MostFields = 40;
    public const int LongestValue = 200;

    /// <summary>What stands for a secret that is there.</summary>
    public const string Set = "set";

    /// <summary>What stands for a secret that was replaced.</summary>
    public const string Changed = "changed";

    /// <param name="before">Null: there was no such thing.</param>
    /// <param name="after">Null: it is gone.</param>
    public static IReadOnlyDictionary<string, AuditChange> Between<T>(T? before, T? after, JsonTypeInfo<T> type) where T : class
    {
        var (old, now) = (FieldsOf(before, type), FieldsOf(after, type));
        return now.Keys.Union(old.Keys)
            .Select(name => (Name: name, Change: new AuditChange(Find(old, name), Find(now, name))))
            .Where(field => !Same(field.Change)).Take(MostFields)
            .ToDictionary(field => field.Name, field => new AuditChange(Cut(field.Change.Before), Cut(field.Change.After)));
    }

    /// <summary>That a secret was replaced, and nothing else.</summary>
    public static IReadOnlyDictionary<string, AuditChange> Secret(string name) => new Dictionary<string, AuditChange> { [name] = new(Text(Set), Text(Changed)) };

    private static Dictionary<string, JsonElement> FieldsOf<T>(T? value, JsonTypeInfo<T> type) where T : class
    {
        var fields = new Dictionary<string, JsonElement>();
        if (value is not null) Collect(JsonSerializer.SerializeToElement(value, type), string.Empty, fields);
        return fields;
    }

    private static void Collect(JsonElement value, string path, Dictionary<string, JsonElement> fields)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object) Collect(property.Value, $"{path}{property.Name}.", fields);
            else if (property.Value.ValueKind != JsonValueKind.Null) fields[path + property.Name] = property.Value;
        }
    }

    private static JsonElement? Find(Dictionary<string, JsonElement> fields, string name) => fields.TryGetValue(name, out var value) ? value : null;

    private static bool Same(AuditChange change) =>
        change is { Before: { } before, After: { } after } ? JsonElement.DeepEquals(before, after) : change.Before is null && change.After is null;

    // A list that is too long becomes the beginning of its text.
    private static JsonElement? Cut(JsonElement? value)
    {
        if (value is not { } whole || whole.GetRawText().Length <= LongestValue) return value;
        var text = whole.ValueKind == JsonValueKind.String ? whole.GetString()! : whole.GetRawText();
        if (text.Length <= LongestValue) return value;
        var end = char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue;
        return Text($"{text[..end]}…");
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, AuditJson.Default.String);
}
