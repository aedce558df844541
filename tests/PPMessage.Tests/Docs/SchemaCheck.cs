using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PPMessage.Tests.Docs;

/// <summary>
/// Holds a value against a schema of the document, by the words of JSON Schema that the document uses; another word is a mistake too. A property that the
/// schema does not name is one as well, where JSON Schema would let it pass: the document says exactly what is written.
/// </summary>
internal sealed class SchemaCheck(JsonObject schemas)
{
    private static readonly string[] Notes = ["description", "default", "minimum", "maximum"];

    private readonly List<string> _mistakes = [];

    public static IReadOnlyList<string> Of(JsonObject document, JsonNode schema, JsonElement value)
    {
        var check = new SchemaCheck(document["components"]!["schemas"]!.AsObject());
        check.Check(schema.AsObject(), value, "$");
        return check._mistakes;
    }

    private void Check(JsonObject schema, JsonElement value, string path)
    {
        foreach (var (word, says) in schema)
            switch (word)
            {
                case "$ref": Check(schemas[says!.GetValue<string>().Split('/')[^1]]!.AsObject(), value, path); break;
                case "anyOf": Any(says!.AsArray(), value, path); break;
                case "type": Type(says!, value, path); break;
                case "enum": Note(says!.AsArray().Any(one => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one), value)), path, $"is {value.GetRawText()}, none of {says}"); break;
                case "format": Format(says!.GetValue<string>(), value, path); break;
                case "items": Items(says!.AsObject(), value, path); break;
                case "required": Required(says!.AsArray(), value, path); break;
                case "properties" or "additionalProperties": break;
                default: Note(Notes.Contains(word), path, $"has a schema with the word '{word}'"); break;
            }

        if (value.ValueKind == JsonValueKind.Object && !schema.ContainsKey("$ref") && !schema.ContainsKey("anyOf") && schema.Count > 0) Properties(schema, value, path);
    }

    private void Any(JsonArray schemas, JsonElement value, string path)
    {
        var before = _mistakes.Count;
        var fewest = schemas.Select(schema =>
        {
            Check(schema!.AsObject(), value, path);
            var found = _mistakes[before..];
            _mistakes.RemoveRange(before, found.Count);
            return found;
        }).MinBy(found => found.Count)!;
        _mistakes.AddRange(fewest);
    }

    private void Type(JsonNode type, JsonElement value, string path)
    {
        var allowed = type is JsonArray several ? several.Select(one => one!.GetValue<string>()).ToList() : [type.GetValue<string>()];
        var kind = value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
            var other => other.ToString().ToLowerInvariant(),
        };
        // A whole number is a number, too.
        Note(allowed.Contains(kind) || (kind == "integer" && allowed.Contains("number")), path, $"is of type {kind}, not {string.Join(" or ", allowed)}");
    }

    private void Format(string format, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null) return;
        var text = value.GetString()!;
        Note(format switch
        {
            "date-time" => text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => false,
        }, path, $"is no {format}: {text}");
    }

    private void Items(JsonObject schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array) return;
        foreach (var (i, item) in value.EnumerateArray().Index()) Check(schema, item, $"{path}[{i}]");
    }

    private void Required(JsonArray names, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return;
        foreach (var name in names) Note(value.TryGetProperty(name!.GetValue<string>(), out _), path, $"lacks {name}");
    }

    private void Properties(JsonObject schema, JsonElement value, string path)
    {
        var named = schema["properties"] as JsonObject;
        var others = schema["additionalProperties"];
        foreach (var property in value.EnumerateObject())
            if (named?[property.Name] is JsonObject own) Check(own, property.Value, $"{path}.{property.Name}");
            else if (others is JsonObject any) Check(any, property.Value, $"{path}.{property.Name}");
            else Note(others is JsonValue may ? may.GetValue<bool>() : named is null, path, $"has {property.Name}, of which the document says nothing");
    }

    private void Note(bool holds, string path, string mistake)
    {
        if (!holds) _mistakes.Add($"{path} {mistake}");
    }
}
