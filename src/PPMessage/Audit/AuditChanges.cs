using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PPMessage.Audit;

/// <summary>One field before and after; null: it was or is not there.</summary>
internal sealed record AuditChange(JsonElement? Before, JsonElement? After);

/// <summary>
/// What a change changed, from how the thing looks before and after. Never give it a secret: of those only that they are <see cref="Set"/> or <see cref="Changed"/>.
/// Objects are compared field by field (<c>settings.phoneNumber</c>). Bounded: <see cref="MostFields"/> fields, values of <see cref="LongestValue"/> characters, of longer ones what differs. Pure.
/// </summary>
internal static class AuditChanges
{
    public const int MostFields = 40;
    public const int LongestValue = 200;

    // Characters before the first difference of long texts.
    private const int Context = 40;

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
            .ToDictionary(field => field.Name, field => Short(field.Change));
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

    // Of what is too long, where it differs: of lists the entries that went and came, of texts what follows what they have in common.
    private static AuditChange Short(AuditChange change)
    {
        if (!IsLong(change.Before) && !IsLong(change.After)) return change;
        if (change is { Before: { ValueKind: JsonValueKind.Array } before, After: { ValueKind: JsonValueKind.Array } after })
            change = Lists(before, after);
        var (old, now) = (TextOf(change.Before), TextOf(change.After));
        var same = old is null || now is null ? 0 : old.AsSpan().CommonPrefixLength(now);
        var start = IsLong(change.Before) || IsLong(change.After) ? Math.Max(0, same - Context) : 0;
        return new(Cut(change.Before, old, start), Cut(change.After, now, start));
    }

    private static bool IsLong(JsonElement? value) => TextOf(value)?.Length > LongestValue;

    private static string? TextOf(JsonElement? value) => value is not { } whole ? null : whole.ValueKind == JsonValueKind.String ? whole.GetString() : whole.GetRawText();

    // Lists of the same entries in another order stay as they are.
    private static AuditChange Lists(JsonElement before, JsonElement after)
    {
        var (old, now) = (before.EnumerateArray().Select(item => item.GetRawText()).ToList(), after.EnumerateArray().Select(item => item.GetRawText()).ToList());
        var (went, came) = (old.Except(now).ToList(), now.Except(old).ToList());
        return went.Count + came.Count == 0 ? new(before, after) : new(List(went), List(came));
    }

    private static JsonElement List(IEnumerable<string> items) => JsonElement.Parse($"[{string.Join(',', items)}]");

    private static JsonElement? Cut(JsonElement? value, string? text, int start)
    {
        if (text is null || (start == 0 && text.Length <= LongestValue)) return value;
        if (start > 0 && char.IsLowSurrogate(text[start])) start++;
        var end = Math.Min(text.Length, start + LongestValue);
        if (end < text.Length && char.IsHighSurrogate(text[end - 1])) end--;
        return Text($"{(start > 0 ? "…" : string.Empty)}{text[start..end]}{(end < text.Length ? "…" : string.Empty)}");
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, AuditJson.Default.String);
}
