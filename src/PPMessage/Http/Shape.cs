using System.Text.Json.Nodes;

namespace PPMessage.Http;

/// <summary>
/// The schema of a body that a handler reads by <see cref="Fields"/>: what it asks for, in the document's words. A test holds it against what the handler
/// really knows.
/// </summary>
internal sealed class Shape(string name)
{
    private readonly JsonObject _properties = [];
    private readonly JsonArray _required = [];

    public string Name => name;

    public JsonObject Schema
    {
        get
        {
            var schema = new JsonObject { ["type"] = "object", ["properties"] = _properties.DeepClone() };
            if (_required.Count > 0) schema["required"] = _required.DeepClone();
            schema["additionalProperties"] = false;
            return schema;
        }
    }

    public Shape Text(string property, string says) => Add(property, says, new() { ["type"] = "string" });

    /// <summary>A text that null clears.</summary>
    public Shape OptionalText(string property, string says) => Add(property, says, new() { ["type"] = new JsonArray("string", "null") });

    public Shape Flag(string property, string says) => Add(property, says, new() { ["type"] = "boolean" });

    public Shape Word<T>(string property, string says) where T : struct, Enum =>
        Add(property, says, new() { ["type"] = "string", ["enum"] = new JsonArray([.. Words<T>.All.Select(word => JsonValue.Create(word))]) });

    /// <summary>A list of texts; null empties it.</summary>
    public Shape Texts(string property, string says) =>
        Add(property, says, new() { ["type"] = new JsonArray("array", "null"), ["items"] = new JsonObject { ["type"] = "string" } });

    /// <summary>Texts by name; null removes an entry.</summary>
    public Shape Map(string property, string says) =>
        Add(property, says, new() { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "null") } });

    public Shape Object(string property, string says, Shape inner) => Add(property, says, inner.Schema);

    /// <summary>An object that null clears.</summary>
    public Shape OptionalObject(string property, string says, Shape inner)
    {
        var schema = inner.Schema;
        schema["type"] = new JsonArray("object", "null");
        return Add(property, says, schema);
    }

    /// <summary>A list of objects; null empties it.</summary>
    public Shape Objects(string property, string says, Shape inner) =>
        Add(property, says, new() { ["type"] = new JsonArray("array", "null"), ["items"] = inner.Schema });

    public Shape Date(string property, string says) => Add(property, says, new() { ["type"] = "string", ["format"] = "date" });

    /// <summary>A date that null clears.</summary>
    public Shape OptionalDate(string property, string says) => Add(property, says, new() { ["type"] = new JsonArray("string", "null"), ["format"] = "date" });

    /// <summary>A whole number from 1; null: any.</summary>
    public Shape OptionalCount(string property, string says, int highest) =>
        Add(property, says, new() { ["type"] = new JsonArray("integer", "null"), ["minimum"] = 1, ["maximum"] = highest });

    /// <summary>Whatever the schema says.</summary>
    public Shape Json(string property, string says, string schema) => Add(property, says, JsonNode.Parse(schema)!.AsObject());

    public Shape Required(params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties) _required.Add((JsonNode)property);
        return this;
    }

    private Shape Add(string property, string says, JsonObject schema)
    {
        schema["description"] = says;
        _properties.Add(property, schema);
        return this;
    }
}
