using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PPMessage.Http;

namespace PPMessage.Docs;

/// <summary>
/// Schemas of what is really written and read: derived from the contracts that write and read it. Types of ours become components, named once;
/// what a converter of ours writes is said here, because a converter can't say it.
/// </summary>
internal sealed class SchemaBook
{
    private const string Reference = "#/components/schemas/";

    private readonly Dictionary<string, Type> _owners = [];

    /// <summary>By name.</summary>
    public SortedDictionary<string, JsonNode> Components { get; } = new(StringComparer.Ordinal);

    /// <summary>Null: bytes.</summary>
    public JsonNode? Of(Content content)
    {
        if (content.Type is null) return content.Name is null ? content.Schema?.DeepClone() : Named(content.Name, content.Schema!);
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        var schema = content.Type.GetJsonSchemaAsNode(options);
        if (content.Required.Count > 0) Require(Components[NameOf(content.Type.Type)].AsObject(), content.Required);
        return schema;
    }

    /// <summary>The component that a schema only refers to; null: it is one itself.</summary>
    public static string? Named(JsonNode schema) => schema["$ref"]?.GetValue<string>()[Reference.Length..];

    private JsonObject Named(string name, JsonNode schema)
    {
        Components[name] = schema.DeepClone();
        return new JsonObject { ["$ref"] = Reference + name };
    }

    // Where the type lets them be null, so that the handler can say what is missing.
    private static void Require(JsonObject schema, IReadOnlyList<string> names)
    {
        schema["required"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        foreach (var name in names) schema["properties"]![name]!["type"] = "string";
    }

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        if (context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(SchemaAttribute), false) is [SchemaAttribute own, ..]) return JsonNode.Parse(own.Json)!;
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var canBeNull = type != context.TypeInfo.Type || (!type.IsValueType && context.PropertyInfo?.IsGetNullable == true);
        if (type.IsEnum) return Words(type, context.TypeInfo.Options, canBeNull);
        if (type == typeof(DateTimeOffset)) return new JsonObject { ["type"] = Kind("string", canBeNull), ["format"] = "date-time" };
        if (type == typeof(int) || type == typeof(long)) return new JsonObject { ["type"] = Kind("integer", canBeNull) };
        if (type == typeof(double)) return new JsonObject { ["type"] = Kind("number", canBeNull) };
        if (type.GetCustomAttributes(typeof(SchemaAttribute), false) is [SchemaAttribute written, ..]) return Named(NameOf(type), JsonNode.Parse(written.Json)!);
        if (node is not JsonObject schema) return new JsonObject();
        schema.Remove("default");
        return context.TypeInfo.Kind == JsonTypeInfoKind.Object && type.Namespace?.StartsWith(nameof(PPMessage), StringComparison.Ordinal) == true
            ? Component(context.TypeInfo, schema, canBeNull)
            : schema;
    }

    private JsonObject Component(JsonTypeInfo info, JsonObject schema, bool canBeNull)
    {
        var name = NameOf(info.Type);
        var definition = schema.DeepClone().AsObject();
        definition["type"] = "object";
        definition.Remove("required");
        // What is written always is there; a request's properties are its handler's to insist on.
        var always = IsRequest(info) ? [] : info.Properties.Where(property => property.Get is not null && property.ShouldSerialize is null).Select(property => property.Name).ToList();
        if (always.Count > 0) definition["required"] = new JsonArray([.. always.Select(property => JsonValue.Create(property))]);
        // Where it stands for the second time within one schema, the exporter only says where it stood first.
        if (!definition.ContainsKey("$ref")) Components[name] = definition;
        var reference = new JsonObject { ["$ref"] = Reference + name };
        return canBeNull ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    private static bool IsRequest(JsonTypeInfo info) => info.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow;

    private static JsonObject Words(Type type, JsonSerializerOptions options, bool canBeNull)
    {
        var words = Enum.GetValues(type).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type))).ToList();
        if (canBeNull) words.Add(null);
        return new JsonObject { ["type"] = Kind("string", canBeNull), ["enum"] = new JsonArray([.. words]) };
    }

    private static JsonNode Kind(string kind, bool canBeNull) => canBeNull ? new JsonArray(kind, "null") : JsonValue.Create(kind);

    /// <summary>Contact for ContactView, ContactPage for a page of them; the slice before it where two slices have the same word.</summary>
    private string NameOf(Type type)
    {
        var name = Word(type);
        if (_owners.TryAdd(name, type) || _owners[name] == type) return name;
        name = type.Namespace!.Split('.')[^1] + name;
        return _owners.TryAdd(name, type) || _owners[name] == type ? name : throw new InvalidOperationException($"{type} and {_owners[name]} would both be {name}.");
    }

    private static string Word(Type type)
    {
        if (type.IsGenericType) return Word(type.GetGenericArguments()[0]) + type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)];
        var name = type.DeclaringType?.Name ?? type.Name;
        return name.EndsWith("View", StringComparison.Ordinal) ? name[..^"View".Length] : name;
    }
}
