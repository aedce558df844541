using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Campaigns.Schedules;

/// <summary>A time of day as people write it: <c>09:30</c>.</summary>
internal sealed class ClockTime : JsonConverter<TimeOnly>
{
    private const string Form = "HH:mm";

    public static bool TryParse(string text, out TimeOnly time) => TimeOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var time) ? time : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString(Form, CultureInfo.InvariantCulture));
}
