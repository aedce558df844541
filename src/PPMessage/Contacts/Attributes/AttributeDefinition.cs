using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Contacts.Attributes;

internal enum AttributeType
{
    Text,
    Number,

    /// <summary>A day without a time: <c>2026-11-22</c>.</summary>
    Date,
    Boolean,

    /// <summary>One of the definition's choices.</summary>
    Choice,

    /// <summary>Texts.</summary>
    List,
}

/// <summary>What a custom attribute of contacts may hold. Attributes without a definition hold whatever they are given.</summary>
/// <param name="Key">The attribute's name on contacts; never changes.</param>
/// <param name="Name">For people.</param>
/// <param name="Type">Never changes.</param>
/// <param name="MadeBy">Of the request: a repeat of it finds what it has made.</param>
/// <param name="Choices">Empty unless the type is <see cref="AttributeType.Choice"/>.</param>
internal sealed record AttributeDefinition(
    string Key, string Name, AttributeType Type, IReadOnlyList<string> Choices, string MadeBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version = 1);

/// <summary>A definition as the API shows it.</summary>
internal sealed record AttributeView(
    string Key, string Name, AttributeType Type, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Choices, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AttributeView Of(AttributeDefinition d) =>
        new(d.Key, d.Name, d.Type, d.Type == AttributeType.Choice ? d.Choices : null, d.CreatedAt, d.UpdatedAt);
}

/// <summary>What of a definition the audit log tells before and after.</summary>
internal sealed record AttributeAudit(string Name, AttributeType Type, IReadOnlyList<string> Choices)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(AttributeDefinition? before, AttributeDefinition? after) => AuditChanges.Between(Of(before), Of(after), AttributesJson.Default.AttributeAudit);

    private static AttributeAudit? Of(AttributeDefinition? d) => d is null ? null : new(d.Name, d.Type, d.Choices);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime), typeof(Words<AttributeType>)])]
[JsonSerializable(typeof(AttributeDefinition))]
[JsonSerializable(typeof(AttributeView))]
[JsonSerializable(typeof(AttributeAudit))]
[JsonSerializable(typeof(Page<AttributeView>))]
internal sealed partial class AttributesJson : JsonSerializerContext
{
    static AttributesJson() => Default = new AttributesJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
