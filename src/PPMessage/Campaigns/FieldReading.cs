using System.Globalization;
using System.Text.Json;
using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Schedules;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Campaigns;

/// <summary>Fields of campaigns and their settings that are more than texts and words. A mistake is noted at the field, and the value is null, or what it was to be without it.</summary>
internal static class FieldReading
{
    private const int LongestDuration = 50;
    private const int FirstYear = 2000;
    private const int LastYear = 2199;

    /// <summary>A whole number; null when absent, or null.</summary>
    public static int? Whole(this Fields fields, string name, int lowest, int highest)
    {
        if (!IsGiven(fields, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= lowest && number <= highest) return number;
        return Refuse<int?>(fields, name, $"must be a whole number from {lowest} to {highest}");
    }

    /// <summary>A number that a JSON value is, within bounds (inclusive); null: a mistake of this place.</summary>
    public static double? Number(this Fields fields, string place, JsonElement value, double lowest, double highest)
    {
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && number >= lowest && number <= highest) return number;
        return Refuse<double?>(fields, place, string.Create(CultureInfo.InvariantCulture, $"must be a number from {lowest} to {highest}"));
    }

    /// <summary>A day such as <c>2026-12-24</c>; null when absent, or null.</summary>
    public static DateOnly? Date(this Fields fields, string name)
    {
        if (!IsGiven(fields, name, out var value)) return null;
        if (DateOnly.TryParseExact(JsonText.Of(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= FirstYear and <= LastYear) return date;
        return Refuse<DateOnly?>(fields, name, $"must be a date such as 2026-12-24, from {FirstYear} to {LastYear}");
    }

    /// <summary>A time of day such as <c>09:30</c>; null when absent, or null.</summary>
    public static TimeOnly? Clock(this Fields fields, string name)
    {
        if (!IsGiven(fields, name, out var value)) return null;
        if (JsonText.Of(value) is { } text && ClockTime.TryParse(text, out var time)) return time;
        return Refuse<TimeOnly?>(fields, name, "must be a time from 00:00 to 23:59");
    }

    /// <summary>Part of every day, which may go over midnight; absent it is as it was, and null is none.</summary>
    public static ClockRange? Range(this Fields fields, string name, ClockRange? current)
    {
        if (fields.Json(name) is not { } value) return current;
        var range = fields.Object(name);
        if (value.ValueKind == JsonValueKind.Null) return null;
        var (from, to) = (Minute(range, "from"), Minute(range, "to"));
        if (from is null || to is null) return null;
        if (from == ClockRangeJson.Midnight) range.Refuse("from", "must be 00:00 to 23:59");
        if (from == to || (from == 0 && to == ClockRangeJson.Midnight)) range.Refuse("to", "must not be when it begins, nor all of the day");
        return new ClockRange(from.Value, to.Value);
    }

    /// <summary>Days of the week as numbers, 0 = Sunday, in order; empty when absent, or null.</summary>
    public static IReadOnlyList<int> DaysOfWeek(this Fields fields, string name)
    {
        if (!IsGiven(fields, name, out var value)) return [];
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Select(DayOf).ToList() is var days && days.All(day => day is not null)) return [.. days.OfType<int>().Distinct().Order()];
        return Refuse<IReadOnlyList<int>>(fields, name, "must be a list of days from 0 (Sunday) to 6") ?? [];
    }

    /// <summary>A duration of ISO 8601 that passes a test; absent it is what it was.</summary>
    public static string Duration(this Fields fields, string name, string current, Func<Period, bool> fits, string rule)
    {
        if (!fields.Has(name)) return current;
        var text = fields.Text(name, current, LongestDuration);
        if (text.Length > 0 && !(Period.Parse(text) is { } period && fits(period))) fields.Refuse(name, rule);
        return text;
    }

    /// <summary>An IANA time zone; null when absent, or null.</summary>
    public static string? Zone(this Fields fields, string name)
    {
        var zone = fields.OptionalText(name, null, 100);
        if (zone is null || (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId)) return zone;
        return Refuse<string?>(fields, name, "is no IANA time zone, such as Asia/Shanghai");
    }

    private static int? DayOf(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var day) && day is >= 0 and <= 6 ? day : null;

    private static int? Minute(Fields range, string name)
    {
        var value = range.Json(name);
        if (ClockRangeJson.Minute(value is null ? null : JsonText.Of(value.Value)) is { } minute) return minute;
        return Refuse<int?>(range, name, "must be a time such as 21:00");
    }

    private static bool IsGiven(Fields fields, string name, out JsonElement value)
    {
        value = fields.Json(name) ?? default;
        return value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
    }

    private static T? Refuse<T>(Fields fields, string name, string message)
    {
        fields.Refuse(name, message);
        return default;
    }
}
