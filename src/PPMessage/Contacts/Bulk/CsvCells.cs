using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PPMessage.Contacts.Attributes;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// Between cells of a table and values of contacts, both ways. A cell that a spreadsheet would take for a formula has an apostrophe before it, which reading
/// takes away again (OWASP, "CSV Injection"). Pure.
/// </summary>
internal static partial class CsvCells
{
    private static readonly string[] Yes = ["true", "1", "yes", "是"];
    private static readonly string[] No = ["false", "0", "no", "否"];
    private static readonly string[] DateForms = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日"];

    private static readonly SearchValues<char> Quotable = SearchValues.Create(",;\t\"\r\n");

    /// <summary>As it may stand in a table that a spreadsheet opens.</summary>
    public static string Guarded(string text) => Formula().IsMatch(text) ? "'" + text : text;

    /// <summary>What was <see cref="Guarded"/>.</summary>
    public static string Plain(string cell) => cell is ['\'', ..] && Formula().IsMatch(cell.AsSpan(1)) ? cell[1..] : cell;

    /// <summary>A long number as a spreadsheet shows and saves it: what it was is lost.</summary>
    public static bool IsRounded(string cell) => Rounded().IsMatch(cell);

    public static string Join(IEnumerable<string> values)
    {
        var all = values.ToList();
        // Texts that would not come back as they are stand as JSON.
        return all.TrueForAll(IsPlainEntry) ? string.Join(';', all) : JsonSerializer.Serialize(all, BulkJson.Default.IReadOnlyListString);
    }

    public static IReadOnlyList<string> Split(string cell)
    {
        if (cell.TrimStart().StartsWith('[') && Json(cell) is { ValueKind: JsonValueKind.Array } array && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. array.EnumerateArray().Select(item => item.GetString()!)];
        return cell.Split([';', '；'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Writes a cell as the value that a definition wants. What is none stays a text, which is refused where values are checked.</summary>
    public static void Write(Utf8JsonWriter writer, AttributeType type, string cell)
    {
        var text = cell.Trim();
        switch (type)
        {
            case AttributeType.Number when Json(text) is { ValueKind: JsonValueKind.Number } number:
                number.WriteTo(writer);
                break;
            case AttributeType.Boolean when Yes.Contains(text, StringComparer.OrdinalIgnoreCase) || No.Contains(text, StringComparer.OrdinalIgnoreCase):
                writer.WriteBooleanValue(Yes.Contains(text, StringComparer.OrdinalIgnoreCase));
                break;
            case AttributeType.Date when DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date):
                writer.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case AttributeType.List:
                writer.WriteStartArray();
                foreach (var item in Split(cell)) writer.WriteStringValue(item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(type == AttributeType.Choice ? text : cell);
                break;
        }
    }

    /// <summary>A value as a cell of its definition's column; null where it would not come back as it is.</summary>
    public static string? Of(AttributeType type, JsonElement value)
    {
        var cell = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => Join(value.EnumerateArray().Select(item => item.GetString()!)),
            _ => value.GetRawText(),
        };
        try
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer)) Write(writer, type, cell);
            return !string.IsNullOrWhiteSpace(cell) && JsonElement.DeepEquals(JsonElement.Parse(buffer.ToArray()), value) ? cell : null;
        }
        catch (InvalidOperationException)
        {
            // A text that reads as a list with half a character in it.
            return null;
        }
    }

    public static JsonElement? Json(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A line of a table, guarded, with its end.</summary>
    public static string Row(IEnumerable<string?> cells) => string.Join(',', cells.Select(cell => Quoted(Guarded(cell ?? string.Empty)))) + "\r\n";

    // Quoted also where only another program's delimiter stands in it.
    private static string Quoted(string cell) =>
        !cell.AsSpan().ContainsAny(Quotable) && cell.AsSpan().Trim().Length == cell.Length ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsPlainEntry(string text) =>
        text.Length > 0 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && text[0] != '[' && text.AsSpan().IndexOfAny(';', '；') < 0;

    // Behind any number of apostrophes, so that what has one of its own gets one more. A sign is none's only before what is a number, or phones, and nothing else.
    [GeneratedRegex(@"^'*(?:[=@\t\r＝＠＋－]|[+\-](?!(?:[0-9]+(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?|[0-9]{1,15}(?:;\+[0-9]{1,15})+)\z))", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Formula();

    [GeneratedRegex(@"^\s*[0-9](?:\.[0-9]+)?E\+[0-9]+\s*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Rounded();
}
