using System.Text.Json;
using PPMessage.Contacts.Attributes;

namespace PPMessage.Contacts.Bulk;

/// <summary>A row of a table as the contact that it means, in the API's own form. Empty cells say nothing. Pure.</summary>
internal static class CsvRow
{
    /// <param name="cells">A list of texts.</param>
    /// <returns>Null with a mistake; null without one for a row without any cell.</returns>
    public static JsonElement? Of(IReadOnlyList<string?> columns, JsonElement cells, KnownAttributes defined, out (string Field, string Reason)? mistake)
    {
        mistake = null;
        var values = cells.EnumerateArray().Select(cell => CsvCells.Plain(cell.GetString()!)).ToList();
        if (values.TrueForAll(string.IsNullOrWhiteSpace)) return null;
        var given = columns.Zip(values).Where(cell => cell.First is not null && !string.IsNullOrWhiteSpace(cell.Second)).Select(cell => (Field: cell.First!, Text: cell.Second)).ToList();
        mistake = values.Skip(columns.Count).Any(cell => !string.IsNullOrWhiteSpace(cell)) ? ("$", $"has {values.Count} cells, and the heading only {columns.Count}: is a delimiter in a cell that has no quotes?")
            : given.Where(cell => cell.Field is "phones" or "externalId" && CsvCells.IsRounded(cell.Text)).Select(cell => (cell.Field, $"'{cell.Text}' was rounded by a spreadsheet: give the column the format text there, and export it again")).Cast<(string, string)?>().FirstOrDefault();
        return mistake is null ? Compose(given, defined) : null;
    }

    private static JsonElement Compose(IReadOnlyList<(string Field, string Text)> given, KnownAttributes defined)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var field in given.Where(cell => !IsAttribute(cell.Field)).GroupBy(cell => cell.Field)) Write(writer, field.Key, field.Select(cell => cell.Text));
            if (given.Any(cell => IsAttribute(cell.Field))) WriteAttributes(writer, given, defined);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, string field, IEnumerable<string> texts)
    {
        if (field is not ("phones" or "emails" or "tags"))
        {
            writer.WriteString(field, texts.First());
            return;
        }

        writer.WriteStartArray(field);
        foreach (var text in texts.SelectMany(CsvCells.Split)) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, IReadOnlyList<(string Field, string Text)> given, KnownAttributes defined)
    {
        var whole = given.Where(cell => cell.Field == CsvColumns.Attributes).Select(cell => cell.Text).FirstOrDefault();
        var all = whole is null ? null : CsvCells.Json(whole);
        if (whole is not null && all is not { ValueKind: JsonValueKind.Object })
        {
            // No object: refused where the field is checked.
            writer.WriteString(CsvColumns.Attributes, whole);
            return;
        }

        writer.WriteStartObject(CsvColumns.Attributes);
        var single = given.Where(cell => cell.Field.StartsWith(CsvColumns.AttributePrefix, StringComparison.Ordinal)).ToDictionary(cell => cell.Field[CsvColumns.AttributePrefix.Length..], cell => cell.Text);
        foreach (var (key, text) in single)
        {
            writer.WritePropertyName(key);
            CsvCells.Write(writer, defined.Find(key)?.Type ?? AttributeType.Text, text);
        }

        if (all is { } rest) foreach (var attribute in rest.EnumerateObject().Where(attribute => !single.ContainsKey(attribute.Name))) attribute.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static bool IsAttribute(string field) => field.StartsWith(CsvColumns.Attributes, StringComparison.Ordinal);
}
