using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Filters;

namespace PPMessage.Segments;

/// <summary>What conditions may ask of a contact's own row, in segments and in flows: a closed set. Pure.</summary>
internal static class ContactFields
{
    /// <summary>Looked up by whoever knows of heart-beats.</summary>
    public const string Online = "contact.online";

    public const string TimeZone = "contact.timeZone";

    private const string Attributes = "contact.attributes.";

    private static readonly Dictionary<string, (Field Field, Func<Contact, FieldValue> Value)> Known = new (Field Field, Func<Contact, FieldValue> Value)[]
    {
        (new("contact.id", FieldType.Text), contact => FieldValue.Of(contact.Id)),
        (new("contact.name", FieldType.Text), contact => FieldValue.Of(contact.Name)),
        (new("contact.phones", FieldType.List), contact => FieldValue.Of(contact.Phones)),
        (new("contact.emails", FieldType.List), contact => FieldValue.Of(contact.Emails)),
        (new("contact.externalId", FieldType.Text), contact => FieldValue.Of(contact.ExternalId)),
        (new("contact.tags", FieldType.List), contact => FieldValue.Of(contact.Tags)),
        (new(TimeZone, FieldType.Text), contact => FieldValue.Of(contact.TimeZone)),
        (new("contact.locale", FieldType.Text), contact => FieldValue.Of(contact.Locale)),
        (new("contact.firstSeenAt", FieldType.Time), contact => FieldValue.Of(contact.FirstSeenAt)),
        (new("contact.createdAt", FieldType.Time), contact => FieldValue.Of(contact.CreatedAt)),
        (new("contact.updatedAt", FieldType.Time), contact => FieldValue.Of(contact.UpdatedAt)),
    }.ToDictionary(known => known.Field.Name);

    /// <summary>Without custom attributes.</summary>
    public static IEnumerable<Field> All => Known.Values.Select(known => known.Field);

    /// <param name="attribute">A custom attribute's field, by its key; null: it has no definition, and holds whatever it was given.</param>
    public static Field? Find(string name, Func<string, Field?> attribute) =>
        Known.TryGetValue(name, out var known) ? known.Field
        : !name.StartsWith(Attributes, StringComparison.Ordinal) || name.Length == Attributes.Length ? null
        : attribute(name[Attributes.Length..]) is { } field ? field with { Name = name }
        : new Field(name, FieldType.Any);

    /// <param name="contact">Null: it is gone, and has no values.</param>
    public static FieldValue Value(string name, Contact? contact) =>
        contact is null ? FieldValue.None
        : Known.TryGetValue(name, out var known) ? known.Value(contact)
        : contact.Attributes.TryGetValue(name[Attributes.Length..], out var attribute) ? FieldValue.Of(attribute)
        : FieldValue.None;

    /// <summary>Null: it has no definition.</summary>
    public static Field? OfAttribute(string key, KnownAttributes known) => known.Find(key) is not { } definition ? null : definition.Type switch
    {
        AttributeType.Number => new(Attributes + key, FieldType.Number),
        AttributeType.Boolean => new(Attributes + key, FieldType.Boolean),
        AttributeType.Date => new(Attributes + key, FieldType.Day),
        AttributeType.Choice => new(Attributes + key, FieldType.Choice, definition.Choices),
        AttributeType.List => new(Attributes + key, FieldType.List),
        _ => new(Attributes + key, FieldType.Text),
    };

    /// <summary>The first zone that there is.</summary>
    public static TimeZoneInfo Zone(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
            if (name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        return TimeZoneInfo.Utc;
    }
}
