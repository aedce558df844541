using System.Text.Json;

namespace PPMessage.Contacts.Bulk;

/// <summary>What the columns of a table are: fields of contacts by their names, or by what the caller says of each heading. Pure.</summary>
internal static class CsvColumns
{
    public const string Attributes = "attributes";
    public const string AttributePrefix = "attributes.";
    public const int Most = 500;

    private static readonly Dictionary<string, string?> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["id"] = "id", ["name"] = "name", ["phone"] = "phones", ["phones"] = "phones", ["email"] = "emails", ["emails"] = "emails", ["externalId"] = "externalId",
        ["tags"] = "tags", ["timeZone"] = "timeZone", ["locale"] = "locale", [Attributes] = Attributes,
        // An export has them, and nobody can set them.
        ["createdAt"] = null, ["updatedAt"] = null, ["firstSeenAt"] = null, ["lastSeenAt"] = null,
    };

    private static readonly string[] Several = ["phones", "emails", "tags"];

    /// <param name="headings">The first row.</param>
    /// <param name="mapping">Of <c>?columns=</c>: heading to field, null leaves the column out. Empty: none was given.</param>
    /// <param name="mistake">What is wrong, with the words of whoever wrote it.</param>
    /// <returns>A field for each column, null where it is left out.</returns>
    public static IReadOnlyList<string?>? Read(IReadOnlyList<string> headings, string mapping, out string mistake)
    {
        mistake = string.Empty;
        if (MapOf(mapping, out mistake) is not { } map) return null;
        if (headings.Count > Most) return None($"the table has {headings.Count} columns, at most {Most} are read", out mistake);
        if (map.Keys.Except(headings.Select(heading => heading.Trim())).FirstOrDefault() is { } missing) return None($"names '{missing}', which is no heading of the table", out mistake);
        var columns = new List<string?>();
        foreach (var heading in headings.Select(heading => heading.Trim()))
        {
            var wanted = map.TryGetValue(heading, out var given) ? given : heading;
            if (wanted is not { Length: > 0 }) columns.Add(null);
            else if (FieldOf(wanted, out var field)) columns.Add(field);
            else return None($"does not say what '{heading}' is: name a field ({string.Join(", ", Fields.Where(f => f.Value is not null).Select(f => f.Value).Distinct())}, attributes.<key>) or null, as columns={{\"{heading}\":\"phones\"}}", out mistake);
        }

        var twice = columns.OfType<string>().GroupBy(field => field).FirstOrDefault(same => same.Count() > 1 && !Several.Contains(same.Key));
        if (twice is not null) return None($"'{twice.Key}' stands for two columns", out mistake);
        return columns.Any(column => column is not null) ? columns : None("no column is a field of a contact", out mistake);
    }

    private static bool FieldOf(string name, out string? field)
    {
        if (!name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase)) return Fields.TryGetValue(name, out field);
        field = AttributePrefix + name[AttributePrefix.Length..].Trim();
        return field.Length > AttributePrefix.Length;
    }

    private static Dictionary<string, string?>? MapOf(string mapping, out string mistake)
    {
        var map = new Dictionary<string, string?>();
        mistake = "must be a JSON object of texts or nulls, URL-encoded, such as {\"手机\":\"phones\",\"备注\":null}";
        if (mapping.Length == 0) return map;
        try
        {
            using var json = JsonDocument.Parse(mapping);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            foreach (var entry in json.RootElement.EnumerateObject())
            {
                if (entry.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) return null;
                map[entry.Name.Trim()] = entry.Value.GetString();
            }

            return map;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string?>? None(string why, out string mistake)
    {
        mistake = why;
        return null;
    }
}
