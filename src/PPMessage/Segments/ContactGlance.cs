using System.Text;
using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>
/// Reads of contacts' rows no more than a filter asks for: of most of them nothing else is ever wanted, and reading whole ones takes several times as long as fetching them.
/// What is left out is empty. Made once for a filter; thread-safe.
/// </summary>
internal sealed class ContactGlance
{
    private const string Field = "contact.";
    private const string Attribute = "contact.attributes.";

    /// <summary>By which addresses it is reached, and in which zone it lives.</summary>
    public static readonly ContactGlance Reach = new(["contact.phones", "contact.emails", "contact.externalId", "contact.formerExternalIds", ContactFields.TimeZone]);

    private readonly (string Name, byte[] Bytes)[] _properties;
    private readonly (string Name, byte[] Bytes)[] _attributes;

    /// <param name="fields">As <see cref="ContactFields"/> calls them: by the names of the row's own properties. Others say nothing of it.</param>
    public ContactGlance(IReadOnlyCollection<string> fields)
    {
        var own = fields.Where(field => field.StartsWith(Field, StringComparison.Ordinal) && !field.StartsWith(Attribute, StringComparison.Ordinal)).Select(field => field[Field.Length..]);
        _attributes = Named(fields.Where(field => field.StartsWith(Attribute, StringComparison.Ordinal)).Select(field => field[Attribute.Length..]));
        _properties = Named(_attributes.Length == 0 ? own : own.Append("attributes"));
    }

    /// <summary>Null: it was merged or erased.</summary>
    public Contact? Of(Row row)
    {
        var json = row.Document.Span;
        // Either is written last, and of hardly anybody; a text in which it stands is no harm.
        if (json.IndexOf("\"mergedInto\""u8) >= 0 || json.IndexOf("\"erasedAt\""u8) >= 0)
            return row.As(ContactsJson.Default.Contact) is { IsLive: true } whole ? whole : null;
        var parts = default(Parts);
        if (_properties.Length > 0) Read(json, ref parts);
        return parts.Of(row.Key[2..]);
    }

    private void Read(ReadOnlySpan<byte> json, ref Parts parts)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        for (var left = _properties.Length; left > 0 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
        {
            var name = Find(_properties, ref reader);
            reader.Read();
            if (name is null) reader.Skip();
            else left--;
            if (name == "attributes") parts.Attributes = Attributes(ref reader);
            else if (name is not null) parts.Take(name, ref reader);
        }
    }

    private Dictionary<string, JsonElement> Attributes(ref Utf8JsonReader reader)
    {
        var found = new Dictionary<string, JsonElement>(_attributes.Length);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Find(_attributes, ref reader);
            reader.Read();
            if (name is null) reader.Skip();
            else found[name] = JsonElement.ParseValue(ref reader);
        }

        return found;
    }

    private static string? Find((string Name, byte[] Bytes)[] wanted, ref Utf8JsonReader reader)
    {
        foreach (var (name, bytes) in wanted)
            if (reader.ValueTextEquals(bytes)) return name;
        return null;
    }

    private static (string Name, byte[] Bytes)[] Named(IEnumerable<string> names) => [.. names.Distinct().Select(name => (name, Encoding.UTF8.GetBytes(name)))];

    /// <summary>What was read so far.</summary>
    private struct Parts
    {
        public IReadOnlyDictionary<string, JsonElement>? Attributes;

        private string? _name;
        private string? _externalId;
        private string? _timeZone;
        private string? _locale;
        private List<string>? _phones;
        private List<string>? _emails;
        private List<string>? _tags;
        private List<string>? _formerExternalIds;
        private DateTimeOffset _firstSeenAt;
        private DateTimeOffset _createdAt;
        private DateTimeOffset _updatedAt;

        public void Take(string name, ref Utf8JsonReader reader)
        {
            switch (name)
            {
                case "name": _name = reader.GetString(); break;
                case "externalId": _externalId = reader.GetString(); break;
                case "timeZone": _timeZone = reader.GetString(); break;
                case "locale": _locale = reader.GetString(); break;
                case "phones": _phones = Texts(ref reader); break;
                case "emails": _emails = Texts(ref reader); break;
                case "tags": _tags = Texts(ref reader); break;
                case "formerExternalIds": _formerExternalIds = Texts(ref reader); break;
                case "firstSeenAt": _firstSeenAt = reader.GetDateTimeOffset(); break;
                case "createdAt": _createdAt = reader.GetDateTimeOffset(); break;
                case "updatedAt": _updatedAt = reader.GetDateTimeOffset(); break;
                default: reader.Skip(); break;
            }
        }

        public readonly Contact Of(string id)
        {
            var contact = new Contact
            {
                Id = id, Name = _name, ExternalId = _externalId, TimeZone = _timeZone, Locale = _locale, FirstSeenAt = _firstSeenAt, CreatedAt = _createdAt, UpdatedAt = _updatedAt,
                Phones = (IReadOnlyList<string>?)_phones ?? [], Emails = (IReadOnlyList<string>?)_emails ?? [], Tags = (IReadOnlyList<string>?)_tags ?? [],
                FormerExternalIds = (IReadOnlyList<string>?)_formerExternalIds ?? [],
            };
            return Attributes is null ? contact : contact with { Attributes = Attributes };
        }

        private static List<string> Texts(ref Utf8JsonReader reader)
        {
            var texts = new List<string>();
            while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(reader.GetString()!);
            return texts;
        }
    }
}
