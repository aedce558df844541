using System.Text.Json.Nodes;

namespace PPMessage.Filters;

/// <summary>The JSON Schema of a filter, for editors: its form, but not which fields there are and what their types allow.</summary>
internal static class FilterSchema
{
    /// <summary>Made anew each time, to be put where the reference points to, such as <c>#/$defs/filter</c>.</summary>
    public static JsonObject Node(string reference) => new()
    {
        ["description"] = "A condition on a field, or all, any or not of filters.",
        ["oneOf"] = new JsonArray(
        [
            Group("all", "Every one of these matches.", List(Ref(reference), FilterCompiler.MostConditions)),
            Group("any", "At least one of these matches.", List(Ref(reference), FilterCompiler.MostConditions)),
            Group("not", "This does not match.", Ref(reference)),
            .. Enum.GetValues<Operand>().Select(Condition),
        ]),
    };

    private static JsonObject Group(string name, string description, JsonObject content)
    {
        content["description"] = description;
        return Closed(new() { [name] = content }, name);
    }

    private static JsonObject Condition(Operand operand)
    {
        var properties = new JsonObject
        {
            ["field"] = new JsonObject { ["type"] = "string", ["description"] = "Such as contact.attributes.plan." },
            ["op"] = new JsonObject { ["enum"] = new JsonArray([.. Operator.All.Where(op => op.Operand == operand).Select(op => (JsonNode)op.Name)]) },
        };
        if (Value(operand) is not { } value) return Closed(properties, "field", "op");
        properties["value"] = value;
        return Closed(properties, "field", "op", "value");
    }

    private static JsonObject? Value(Operand operand) => operand switch
    {
        Operand.None => null,
        Operand.One => Scalar(),
        Operand.List => List(Scalar(), ValueReader.LongestList),
        Operand.Range => new() { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 2, ["items"] = Scalar(), ["description"] = "From and to, both in." },
        _ => new() { ["type"] = "string", ["pattern"] = "^P[0-9T]", ["description"] = "An ISO 8601 duration, such as P7D or PT12H." },
    };

    private static JsonObject Scalar() => new() { ["type"] = new JsonArray("string", "number", "boolean"), ["maxLength"] = ValueReader.LongestText };

    private static JsonObject List(JsonObject items, int most) => new() { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = most, ["items"] = items };

    private static JsonObject Ref(string reference) => new() { ["$ref"] = reference };

    private static JsonObject Closed(JsonObject properties, params string[] required) => new()
    {
        ["type"] = "object",
        ["properties"] = properties,
        ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
        ["additionalProperties"] = false,
    };
}
