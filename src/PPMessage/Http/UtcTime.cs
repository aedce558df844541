using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Http;

/// <summary>Instants as the API writes them: RFC 3339 in UTC with <c>Z</c>; read with any offset, never without one. Put it on every serializer context.</summary>
internal sealed class UtcTime : JsonConverter<DateTimeOffset>
{
    private const int LongestText = 28;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
        return TryParse(text, out var at) ? at : throw new JsonException();
    }

    /// <summary>As in JSON, for times that stand elsewhere, as in a query.</summary>
    public static bool TryParse(string text, out DateTimeOffset at)
    {
        at = default;
        if (!HasOffset(text) || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)) return false;
        at = read.ToUniversalTime();
        return true;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[LongestText];
        value.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }

    private static bool HasOffset(string text) =>
        text.Length >= 20 && text[10] is 'T' or 't' && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
}
