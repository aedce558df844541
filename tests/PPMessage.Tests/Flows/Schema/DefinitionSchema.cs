using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PPMessage.Tests.Flows.Schema;

/// <summary>Holds definitions against their published schema, by the words of JSON Schema that it uses; another word is a mistake too.</summary>
internal sealed class DefinitionSchema(JsonObject document)
{
    private static readonly string[] Notes = ["description", "default", "title", "$schema", "$id", "$defs", "format"];

    public IReadOnlyList<string> Mistakes(JsonElement value) => Check(document, value, "$");

    private List<string> Check(JsonObject schema, JsonElement value, string path) => [.. schema.SelectMany(word => Check(schema, word.Key, word.Value!, value, path))];

    private IEnumerable<string> Check(JsonObject schema, string word, JsonNode says, JsonElement value, string path) => word switch
    {
        "$ref" => Check(document["$defs"]![says.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value, path),
        "oneOf" => Count(says, value, path) == 1 ? [] : [$"{path} fits {Count(says, value, path)} of the forms: {Closest(says, value, path)}"],
        "anyOf" => Count(says, value, path) > 0 ? [] : [$"{path} fits none of the forms: {Closest(says, value, path)}"],
        "const" => Unless(IsOne([says], value), $"{path} is not {says}"),
        "enum" => Unless(IsOne(says.AsArray(), value), $"{path} is none of {says.ToJsonString()}"),
        "type" => Unless((says is JsonArray several ? several.Select(one => (string)one!) : [(string)says!]).Any(kind => IsOf(kind, value)), $"{path} is of type {value.ValueKind}"),
        "pattern" => Unless(value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, (string)says!, RegexOptions.None, TimeSpan.FromSeconds(1)), $"{path} does not match {says}"),
        "minLength" => Unless(value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= (int)says, $"{path} is too short"),
        "maxLength" => Unless(value.ValueKind != JsonValueKind.String || value.GetString()!.Length <= (int)says, $"{path} is too long"),
        "minimum" => Unless(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= (int)says, $"{path} is too small"),
        "maximum" => Unless(value.ValueKind != JsonValueKind.Number || value.GetDouble() <= (int)says, $"{path} is too great"),
        "minItems" => Unless(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= (int)says, $"{path} has too few items"),
        "maxItems" => Unless(value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= (int)says, $"{path} has too many items"),
        "minProperties" => Unless(value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() >= (int)says, $"{path} has too few properties"),
        "maxProperties" => Unless(value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() <= (int)says, $"{path} has too many properties"),
        "items" => value.ValueKind != JsonValueKind.Array ? [] : value.EnumerateArray().SelectMany((item, i) => Check(says.AsObject(), item, $"{path}[{i}]")),
        "required" => value.ValueKind != JsonValueKind.Object ? [] : says.AsArray().Where(name => !value.TryGetProperty((string)name!, out _)).Select(name => $"{path} lacks {name}"),
        "propertyNames" => Properties(value).SelectMany(property => Check(says.AsObject(), JsonSerializer.SerializeToElement(property.Name), $"{path}'s {property.Name}")),
        "properties" => Properties(value).Where(property => says[property.Name] is not null).SelectMany(property => Check(says[property.Name]!.AsObject(), property.Value, $"{path}.{property.Name}")),
        "additionalProperties" => Properties(value).Where(property => schema["properties"]?[property.Name] is null).SelectMany(property => Others(says, property, path)),
        _ => Unless(Notes.Contains(word), $"{path} has a schema with the word {word}"),
    };

    private IEnumerable<string> Others(JsonNode says, JsonProperty property, string path) =>
        says is JsonObject schema ? Check(schema, property.Value, $"{path}.{property.Name}") : Unless((bool)says, $"{path} has {property.Name}, which is not known");

    private int Count(JsonNode forms, JsonElement value, string path) => forms.AsArray().Count(form => Check(form!.AsObject(), value, path).Count == 0);

    private string Closest(JsonNode forms, JsonElement value, string path) =>
        string.Join("; ", forms.AsArray().Select(form => Check(form!.AsObject(), value, path)).MinBy(mistakes => mistakes.Count)!);

    private static IEnumerable<JsonProperty> Properties(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];

    private static bool IsOne(IEnumerable<JsonNode?> allowed, JsonElement value) => allowed.Any(one => JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one), value));

    private static bool IsOf(string kind, JsonElement value) => kind switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase),
    };

    private static string[] Unless(bool holds, string mistake) => holds ? [] : [mistake];
}
