using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Agents.Hours;

/// <summary>A range as people write it: <c>{"from":"09:00","to":"18:00"}</c>.</summary>
internal sealed class ClockRangeJson : JsonConverter<ClockRange>
{
    public const int Midnight = 24 * 60;

    /// <summary>Minutes of "00:00" to "24:00"; null: it is no such time.</summary>
    public static int? Minute(string? text)
    {
        if (text == "24:00") return Midnight;
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (time.Hour * 60) + time.Minute : null;
    }

    public static string Text(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:D2}:{minute % 60:D2}");

    public override ClockRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        return Minute(json.RootElement.GetProperty("from").GetString()) is { } from && Minute(json.RootElement.GetProperty("to").GetString()) is { } to
            ? new ClockRange(from, to)
            : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, ClockRange value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("from", Text(value.From));
        writer.WriteString("to", Text(value.To));
        writer.WriteEndObject();
    }
}

/// <summary>Business hours as clients write them.</summary>
internal record HoursFields(
    string TimeZone, IReadOnlyDictionary<string, IReadOnlyList<ClockRange>> Weekly, IReadOnlyList<Holiday> Holidays, IReadOnlyList<MakeUpDay> MakeUpDays)
{
    public static HoursFields Of(BusinessHours hours) => new(hours.TimeZone, WeekOf(hours), hours.Holidays, hours.MakeUpDays);

    /// <summary>The whole week, Monday first.</summary>
    protected static IReadOnlyDictionary<string, IReadOnlyList<ClockRange>> WeekOf(BusinessHours hours) =>
        Enum.GetValues<DayOfWeek>().OrderBy(day => ((int)day + 6) % 7).ToDictionary(Words<DayOfWeek>.Of, day => hours.Weekly.GetValueOrDefault(day) ?? []);
}

/// <param name="OpensAt">Null while it is open, and where it does not open within 400 days.</param>
/// <param name="ClosesAt">The end of these or the next opening hours; null where they don't end within 400 days.</param>
internal sealed record HoursView(
    string TimeZone, IReadOnlyDictionary<string, IReadOnlyList<ClockRange>> Weekly, IReadOnlyList<Holiday> Holidays, IReadOnlyList<MakeUpDay> MakeUpDays,
    bool OpenNow, DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt)
    : HoursFields(TimeZone, Weekly, Holidays, MakeUpDays)
{
    public static HoursView Of(BusinessHours hours, DateTimeOffset now)
    {
        var opening = hours.Version == 0 ? now : hours.NextOpening(now);
        var closing = hours.Version == 0 || opening is null ? null : hours.NextClosing(opening.Value);
        return new(hours.TimeZone, WeekOf(hours), hours.Holidays, hours.MakeUpDays, opening == now, opening == now ? null : opening, closing);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<DayOfWeek>), typeof(ClockRangeJson)])]
[JsonSerializable(typeof(BusinessHours))]
[JsonSerializable(typeof(HoursFields))]
[JsonSerializable(typeof(HoursView))]
internal sealed partial class HoursJson : JsonSerializerContext
{
    static HoursJson() => Default = new HoursJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
