using System.Globalization;
using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows;

/// <summary>What flows change of contacts. Pure.</summary>
internal static class ContactChanges
{
    public static Contact Apply(Contact contact, ContactChange change)
    {
        var attributes = new Dictionary<string, JsonElement>(contact.Attributes);
        foreach (var (name, value) in change.Attributes)
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) attributes.Remove(name);
            else attributes[name] = value;
        var tags = contact.Tags.Except(change.RemoveTags).Union(change.AddTags).ToList();
        return contact with { Name = change.Name ?? contact.Name, Attributes = attributes, Tags = tags.SequenceEqual(contact.Tags) ? contact.Tags : tags };
    }

    /// <summary>Why the contact could not hold it; null: it can.</summary>
    public static string? Mistake(Contact after) =>
        ContactEdit.AreTooMany(after.Attributes) ? "The contact's attributes would be too many or too long."
        : after.Tags.Count > ContactEdit.MostTags ? $"The contact would have more than {ContactEdit.MostTags} tags."
        : null;

    /// <summary>A text as the attribute's type wants it: texts are all that Liquid makes. What it can't be made stays as it is, and is a mistake.</summary>
    public static JsonElement Typed(string attribute, JsonElement value, KnownAttributes known)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text) return value;
        return known.Find(attribute)?.Type switch
        {
            AttributeType.Number when decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) => JsonSerializer.SerializeToElement(number, FlowJson.Default.Decimal),
            AttributeType.Boolean when bool.TryParse(text, out var flag) => JsonSerializer.SerializeToElement(flag, FlowJson.Default.Boolean),
            AttributeType.List => JsonSerializer.SerializeToElement(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), FlowJson.Default.StringArray),
            _ => value,
        };
    }
}
