using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Http;

namespace PPMessage.Contacts.Bulk;

/// <summary>One row of an import, read, and what it would be as a contact of its own.</summary>
/// <param name="Number">As a person counts (<see cref="RefusedRow"/>).</param>
/// <param name="OwnId">The contact that it makes where it belongs to none: the same one in every try.</param>
/// <param name="Json">Null where it could not be read.</param>
/// <param name="Addresses">By which its contact is found, the external id first.</param>
/// <param name="GivenId">Of the contact that it says it is, as an export does.</param>
internal sealed record ImportRow(long Number, string OwnId, JsonElement? Json, Contact Draft, IReadOnlyList<Address> Addresses, string? GivenId, RefusedRow? Mistake)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Null for an empty line. Whatever a row holds, it costs no other row: what can't be read is refused.</summary>
    public static ImportRow? Read(ImportJob job, long line, byte[]? bytes, KnownAttributes defined)
    {
        var number = job.Columns is null ? line : line + 1;
        var id = ContactKeys.NewId(Ids.SeededUlid(job.CreatedAt, $"{job.Id}|{number}"));
        var blank = new Contact { Id = id, FirstSeenAt = job.CreatedAt, CreatedAt = job.CreatedAt, UpdatedAt = job.CreatedAt };
        if (bytes is null) return Unread("$", $"is longer than {LineReader.LongestLine} bytes");
        if (Bytes(line, bytes) is var text && text.IsEmpty) return null;
        if (Parse(text, out var why) is not { } json) return Unread("$", why);
        try
        {
            if (job.Columns is { } columns)
            {
                if (CsvRow.Of(columns, json, defined, out var mistake) is not { } composed) return mistake is { } wrong ? Unread(wrong.Field, wrong.Reason) : null;
                json = composed;
            }

            return json.ValueKind == JsonValueKind.Object ? Drafted() : Unread("$", "must be a JSON object");
        }
        // JSON within a cell.
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            return Unread("$", "has a cell that can't be read: half a character in it, or too many brackets");
        }

        ImportRow Drafted()
        {
            var draft = RowPatch.Apply(json, blank, job.Region, defined, out var first);
            return new(number, id, json, draft, [.. draft.Addresses().OrderByDescending(address => address.Kind == AddressKind.External)], GivenIdOf(json), first is { } f ? new(number, f.Field, f.Message) : null);
        }

        ImportRow Unread(string field, string reason) => new(number, id, null, blank, [], null, new RefusedRow(number, field, reason));
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> text, out string why)
    {
        why = "is not JSON";
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException mistake)
        {
            why = IsTwice(text) ? "has a property twice" : $"is not JSON (byte {mistake.BytePositionInLine + 1})";
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsTwice(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? GivenIdOf(JsonElement json) =>
        json.TryGetProperty("id", out var id) && JsonText.Of(id) is { } text && ContactKeys.BucketOf(text) is not null ? text : null;

    // A file may begin with a byte order mark.
    private static ReadOnlyMemory<byte> Bytes(long line, byte[] bytes)
    {
        var text = line == 1 && bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;
        return text.Trim(" \t\r"u8.ToArray());
    }
}

/// <summary>What a row makes of a contact: a merge patch as a change of one contact is, but that addresses and tags are added to those that are there.</summary>
internal static class RowPatch
{
    // What an export tells and nobody can set.
    private static readonly string[] Told = ["id", "createdAt", "updatedAt", "firstSeenAt", "lastSeenAt"];

    public static Contact Apply(JsonElement row, Contact current, string? region, KnownAttributes defined, out (string Field, string Message)? mistake)
    {
        var fields = new Fields(row);
        foreach (var name in Told) fields.Has(name);
        var given = ContactEdit.Apply(fields, current, region, defined);
        var after = given with
        {
            Phones = Added(current.Phones, given.Phones),
            Emails = Added(current.Emails, given.Emails),
            Tags = Added(current.Tags, given.Tags),
            // A former id means the contact that it has become part of.
            ExternalId = given.ExternalId is null || current.FormerExternalIds.Contains(given.ExternalId) ? current.ExternalId : given.ExternalId,
        };
        if (current.ExternalId is { } stands && after.ExternalId != stands) fields.Refuse("externalId", $"is another one than that of {current.Id}, whose address the row has: '{stands}'");
        Bound(fields, "phones", after.Phones, ContactEdit.MostAddresses);
        Bound(fields, "emails", after.Emails, ContactEdit.MostAddresses);
        Bound(fields, "tags", after.Tags, ContactEdit.MostTags);
        mistake = fields.FirstMistake();
        return after;
    }

    /// <summary>Whether both say the same.</summary>
    public static bool Same(Contact one, Contact other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, ContactsJson.Default.Contact).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, ContactsJson.Default.Contact));

    private static IReadOnlyList<string> Added(IReadOnlyList<string> current, IReadOnlyList<string> given) => ReferenceEquals(current, given) ? current : [.. current.Union(given)];

    private static void Bound(Fields fields, string name, IReadOnlyList<string> values, int most)
    {
        if (values.Count > most) fields.Refuse(name, $"would be {values.Count} with those that the contact has; it may have at most {most}");
    }
}
