using System.Text.Json.Nodes;

namespace PPMessage.Tests.Docs;

/// <summary>Bodies made from their schemas.</summary>
internal sealed class Bodies(JsonObject document)
{
    /// <summary>With every property, each of a type that fits.</summary>
    public JsonObject Every(JsonObject schema) =>
        new((Whole(schema)["properties"] as JsonObject ?? []).Select(property => KeyValuePair.Create(property.Key, Some(property.Value!.AsObject()))));

    /// <summary>The body, once for each object in it that has properties of its own, with one more there.</summary>
    /// <returns>Where that is, and the names that the document has for that place.</returns>
    public IEnumerable<(string Place, IReadOnlyList<string> Names, JsonObject Body)> WithOneMore(JsonObject schema)
    {
        foreach (var (place, find, names) in Objects(Whole(schema), string.Empty, body => body.AsObject()))
        {
            var body = Every(schema);
            find(body)["undescribed"] = 1;
            yield return (place, names, body);
        }
    }

    private IEnumerable<(string Place, Func<JsonNode, JsonObject> Find, IReadOnlyList<string> Names)> Objects(JsonObject schema, string place, Func<JsonNode, JsonObject> find)
    {
        if (schema["properties"] is not JsonObject properties) yield break;
        yield return (place, find, [.. properties.Select(property => property.Key)]);
        foreach (var (name, inner) in properties)
        {
            var below = inner!["items"] is JsonObject item
                ? Objects(Whole(item), $"{place}{name}[0].", body => find(body)[name]![0]!.AsObject())
                : Objects(Whole(inner.AsObject()), $"{place}{name}.", body => find(body)[name]!.AsObject());
            foreach (var one in below) yield return one;
        }
    }

    private JsonObject Whole(JsonObject schema) =>
        schema["$ref"] is { } reference ? document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject() : schema;

    private JsonNode? Some(JsonObject schema)
    {
        var kinds = Whole(schema)["type"] is JsonArray several ? several.Select(kind => kind!.GetValue<string>()) : [Whole(schema)["type"]!.GetValue<string>()];
        return kinds.First(kind => kind != "null") switch
        {
            "object" => Every(schema),
            "array" => new JsonArray(Some(schema["items"]!.AsObject())),
            "boolean" => true,
            "string" when schema["format"]?.GetValue<string>() == "date" => "2026-10-01",
            _ => schema["enum"]?[0]?.DeepClone() ?? "x",
        };
    }
}
