using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Http;

namespace PPMessage.Contacts;

/// <summary>What a request makes of a contact. Mistakes are collected in its <see cref="Fields"/>. Pure.</summary>
internal static class ContactEdit
{
    private const int LongestName = 200;
    public const int MostAddresses = 20;
    private const int LongestAddress = 254;
    public const int MostTags = 100;
    private const int MostAttributes = 100;

    // A contact's row stays within a few KiB: rows are read by the page.
    private const int LongestAttributes = 16 * 1024;

    /// <param name="region">Whose habits phone numbers without country code follow; null: none.</param>
    /// <param name="defined">What attributes may hold; those that are not defined hold what they are given.</param>
    public static Contact Apply(Fields fields, Contact current, string? region, KnownAttributes defined) => current with
    {
        Name = fields.OptionalText("name", current.Name, LongestName),
        Phones = Addresses(fields, "phones", current.Phones, AddressKind.Phone, region, "is no phone number: write it as +86 138 0000 0000"),
        Emails = Addresses(fields, "emails", current.Emails, AddressKind.Email, region, "is no e-mail address"),
        ExternalId = fields.OptionalText("externalId", current.ExternalId, 200),
        Tags = fields.Texts("tags", current.Tags, MostTags, 100),
        Attributes = Attributes(fields, current.Attributes, defined),
        TimeZone = Zone(fields, current.TimeZone),
        Locale = fields.Locale("locale", current.Locale),
    };

    /// <summary>Names, never values, of what has changed: for the audit log, which is not for personal data.</summary>
    public static string Describe(Contact before, Contact after)
    {
        var (old, now) = (Shown(before), Shown(after));
        return string.Join(", ", now.EnumerateObject().Where(field => !JsonElement.DeepEquals(field.Value, old.GetProperty(field.Name))).Select(field => field.Name));
    }

    private static JsonElement Shown(Contact contact) => JsonSerializer.SerializeToElement(
        ContactView.Of(contact with { UpdatedAt = default, Id = string.Empty, MergedFrom = [] }), ContactsApiJson.Default.ContactView);

    private static IReadOnlyList<string> Addresses(Fields fields, string name, IReadOnlyList<string> current, AddressKind kind, string? region, string mistake)
    {
        if (!fields.Has(name)) return current;
        var found = new List<string>();
        foreach (var text in fields.Texts(name, current, MostAddresses, LongestAddress))
        {
            // By what it is called a sender may have written: it is the contact's, though nobody could type it.
            if (Address.OfSender(kind, text).Value is var own && current.Contains(own)) found.Add(own);
            else if (Address.OfTyped(kind, text, region) is { } typed) found.Add(typed.Value);
            else if (text.Length > 0) fields.Refuse($"{name}[{PlaceOf(text, fields.Json(name))}]", mistake);
        }

        return [.. found.Distinct()];
    }

    // As the client counts: repeated ones are dropped before they are read.
    private static int PlaceOf(string text, JsonElement? list) => list!.Value.EnumerateArray().Select(JsonText.Of).TakeWhile(item => item?.Trim() != text).Count();

    // Merged (RFC 7396): null removes. Values are texts, numbers, truth values and lists of texts.
    private static IReadOnlyDictionary<string, JsonElement> Attributes(Fields fields, IReadOnlyDictionary<string, JsonElement> current, KnownAttributes defined)
    {
        if (fields.Json("attributes") is not { } given) return current;
        var merged = new Dictionary<string, JsonElement>(current);
        if (given.ValueKind == JsonValueKind.Null) return new Dictionary<string, JsonElement>();
        if (given.ValueKind != JsonValueKind.Object) fields.Refuse("attributes", "must be an object");
        else
        {
            foreach (var attribute in given.EnumerateObject())
            {
                if (attribute.Value.ValueKind == JsonValueKind.Null) merged.Remove(attribute.Name);
                else if (AttributeMistake(attribute.Value) is { } odd) fields.Refuse($"attributes.{attribute.Name}", odd);
                else if (defined.Mistake(attribute.Name, attribute.Value) is { } mistake && !Stands(current, attribute)) fields.Refuse($"attributes.{attribute.Name}", mistake);
                else merged[attribute.Name] = attribute.Value.Clone();
            }
        }

        if (AreTooMany(merged))
            fields.Refuse("attributes", $"may have at most {MostAttributes} entries and {LongestAttributes} characters together");
        return merged;
    }

    public static bool AreTooMany(IReadOnlyDictionary<string, JsonElement> attributes) =>
        attributes.Count > MostAttributes || attributes.Sum(a => a.Key.Length + JsonSerializer.Serialize(a.Value, ContactsJson.Default.JsonElement).Length) > LongestAttributes;

    // What stands there may be older than its definition, and is no mistake until somebody changes it.
    private static bool Stands(IReadOnlyDictionary<string, JsonElement> current, JsonProperty attribute) =>
        current.TryGetValue(attribute.Name, out var value) && JsonElement.DeepEquals(value, attribute.Value);

    /// <summary>Why a trimmed text can't be a contact's name, in words for whoever wrote it; null: it can.</summary>
    public static string? NameMistake(string name) => Fields.MistakeOf(name, LongestName);

    /// <summary>Why no attribute can hold a value, whatever its definition says; null: one can.</summary>
    public static string? AttributeMistake(JsonElement value) =>
        !IsValue(value) ? "must be a text, a number, true, false or a list of texts"
        : JsonNumbers.PlaceOfTooGreat(value) is not null ? JsonNumbers.TooGreat
        : null;

    private static bool IsValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.String => JsonText.Of(value) is not null,
        JsonValueKind.Array => value.EnumerateArray().All(item => JsonText.Of(item) is not null),
        _ => false,
    };

    private static string? Zone(Fields fields, string? current)
    {
        var zone = fields.OptionalText("timeZone", current, 64);
        if (zone is not null && zone != current && !IsZone(zone)) fields.Refuse("timeZone", "is no IANA time zone, such as Asia/Shanghai");
        return zone;
    }

    private static bool IsZone(string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId;
}
