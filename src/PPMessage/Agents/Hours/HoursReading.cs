using System.Globalization;
using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Agents.Hours;

/// <summary>Business hours as a client writes them, checked.</summary>
internal static class HoursReading
{
    private const int MostRanges = 12;
    private const int MostDays = 500;
    private const int LongestName = 100;

    /// <summary>A field that null clears.</summary>
    public static BusinessHours? Optional(Fields fields, string name) =>
        fields.Json(name)?.ValueKind == JsonValueKind.Null ? null : Read(fields.Object(name));

    /// <summary>A whole one: what is left out is as if never set.</summary>
    public static BusinessHours Read(Fields fields)
    {
        var zone = fields.Text("timeZone", null, 100);
        if (zone.Length > 0 && !(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId)) fields.Refuse("timeZone", "is no IANA time zone, such as Asia/Shanghai");
        var weekly = fields.Object("weekly");
        var days = Enum.GetValues<DayOfWeek>().ToDictionary(day => day, day => Ranges(weekly, Words<DayOfWeek>.Of(day), weekly.Json(Words<DayOfWeek>.Of(day))));
        return new BusinessHours
        {
            TimeZone = zone,
            Weekly = days.Where(day => day.Value.Count > 0).ToDictionary(),
            Holidays = Items(fields, "holidays", HolidayOf),
            MakeUpDays = Distinct(fields, Items(fields, "makeUpDays", MakeUpDayOf)),
        };
    }

    private static IReadOnlyList<T> Items<T>(Fields fields, string name, Func<Fields, string, JsonElement, T?> read) where T : class
    {
        if (fields.Json(name) is not { } value || value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostDays)
        {
            fields.Refuse(name, $"must be a list of at most {MostDays} days");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => read(fields, $"{name}[{i}]", item)).OfType<T>()];
    }

    private static Holiday? HolidayOf(Fields fields, string path, JsonElement item)
    {
        if (!HasOnly(fields, path, item, "date", "name", "to") || DateOf(fields, path, item, "date") is not { } date) return null;
        var to = Has(item, "to") ? DateOf(fields, path, item, "to") : null;
        if (to < date) fields.Refuse($"{path}.to", "lies before date");
        return new Holiday(date, NameOf(fields, path, item), to);
    }

    private static MakeUpDay? MakeUpDayOf(Fields fields, string path, JsonElement item)
    {
        if (!HasOnly(fields, path, item, "date", "name", "like", "hours") || DateOf(fields, path, item, "date") is not { } date) return null;
        if (Has(item, "like") == Has(item, "hours")) fields.Refuse(path, "needs either like (a day of the week whose hours it has) or hours");
        DayOfWeek? like = null;
        if (Has(item, "like"))
        {
            if (TextOf(item, "like") is { } word && Words<DayOfWeek>.TryParse(word, out var day)) like = day;
            else fields.Refuse($"{path}.like", "must be a day of the week, such as monday");
        }

        return new MakeUpDay(date, NameOf(fields, path, item), like, Has(item, "hours") ? Ranges(fields, $"{path}.hours", item.GetProperty("hours")) : null);
    }

    private static IReadOnlyList<MakeUpDay> Distinct(Fields fields, IReadOnlyList<MakeUpDay> days)
    {
        if (days.GroupBy(day => day.Date).FirstOrDefault(same => same.Count() > 1) is { } twice) fields.Refuse("makeUpDays", $"name {twice.Key:yyyy-MM-dd} twice");
        return days;
    }

    private static IReadOnlyList<ClockRange> Ranges(Fields fields, string path, JsonElement? value)
    {
        if (value is null || value.Value.ValueKind == JsonValueKind.Null) return [];
        if (value.Value.ValueKind != JsonValueKind.Array || value.Value.GetArrayLength() > MostRanges)
        {
            fields.Refuse(path, $"must be a list of at most {MostRanges} ranges such as {{\"from\":\"09:00\",\"to\":\"18:00\"}}");
            return [];
        }

        var ranges = value.Value.EnumerateArray().Select((item, i) => RangeOf(fields, $"{path}[{i}]", item)).OfType<ClockRange>().OrderBy(range => range.From).ToList();
        if (ranges.Zip(ranges.Skip(1)).Any(pair => pair.First.To > pair.Second.From)) fields.Refuse(path, "has ranges that overlap");
        return ranges;
    }

    private static ClockRange? RangeOf(Fields fields, string path, JsonElement item)
    {
        if (!HasOnly(fields, path, item, "from", "to")) return null;
        if (ClockRangeJson.Minute(TextOf(item, "from")) is not { } from || ClockRangeJson.Minute(TextOf(item, "to")) is not { } to || from == ClockRangeJson.Midnight)
        {
            fields.Refuse(path, "needs from and to, written 00:00 to 23:59; to may be 24:00");
            return null;
        }

        if (from < to) return new ClockRange(from, to);
        fields.Refuse(path, from == to ? "begins when it ends" : "ends before it begins: split hours over midnight, up to 24:00 and from 00:00 of the next day");
        return null;
    }

    private static DateOnly? DateOf(Fields fields, string path, JsonElement item, string name)
    {
        if (DateOnly.TryParseExact(TextOf(item, name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        fields.Refuse($"{path}.{name}", "must be a date such as 2026-10-01");
        return null;
    }

    private static string NameOf(Fields fields, string path, JsonElement item)
    {
        var name = TextOf(item, "name")?.Trim();
        if (name is not { Length: > 0 and <= LongestName } || name.Any(char.IsControl)) fields.Refuse($"{path}.name", $"must be a text of 1 to {LongestName} characters");
        return name ?? string.Empty;
    }

    private static bool HasOnly(Fields fields, string path, JsonElement item, params string[] known)
    {
        if (item.ValueKind != JsonValueKind.Object) fields.Refuse(path, "must be an object");
        else if (item.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown) fields.Refuse($"{path}.{unknown}", "is not known");
        else return true;
        return false;
    }

    private static bool Has(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    // Half a surrogate pair is valid JSON and no text.
    private static string? TextOf(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
