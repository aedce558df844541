using System.Text.Json;
using PPMessage.Contacts.Attributes;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// Contacts as rows of a table that can be imported again: each defined attribute has a column, and what has no definition, or would not come back from a cell as
/// it is, stands in one column of JSON. Pure.
/// </summary>
internal sealed class ExportTable(KnownAttributes defined)
{
    private readonly AttributeDefinition[] _columns = [.. defined.ByKey.Values.OrderBy(definition => definition.Key, StringComparer.Ordinal)];

    public string Heading => CsvCells.Row(
        ["id", "name", "phones", "emails", "externalId", "tags", "timeZone", "locale", .. _columns.Select(column => CsvColumns.AttributePrefix + column.Key), CsvColumns.Attributes, "createdAt", "updatedAt"]);

    public string Row(Contact c)
    {
        var own = _columns.Select(column => c.Attributes.TryGetValue(column.Key, out var value) ? CsvCells.Of(column.Type, value) : null).ToList();
        var inColumns = _columns.Zip(own).Where(column => column.Second is not null).Select(column => column.First.Key).ToHashSet();
        return CsvCells.Row(
        [
            c.Id, c.Name, CsvCells.Join(c.Phones), CsvCells.Join(c.Emails), c.ExternalId, CsvCells.Join(c.Tags), c.TimeZone, c.Locale, .. own,
            Rest(c.Attributes.Where(attribute => !inColumns.Contains(attribute.Key))), Time(c.CreatedAt), Time(c.UpdatedAt),
        ]);
    }

    private static string? Rest(IEnumerable<KeyValuePair<string, JsonElement>> attributes)
    {
        var rest = attributes.ToDictionary();
        return rest.Count == 0 ? null : JsonSerializer.Serialize(rest, BulkJson.Default.IReadOnlyDictionaryStringJsonElement);
    }

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
