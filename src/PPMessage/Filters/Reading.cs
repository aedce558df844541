using System.Globalization;
using System.Text.Json;

namespace PPMessage.Filters;

/// <summary>What texts stand for, in the API's forms. Numbers, days and the like want them folded; null: they stand for no such thing.</summary>
internal static class Reading
{
    // Of RFC 3339, which wants an offset: "+08:00" or "Z".
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";
    private const int OffsetLength = 6;
    private const int ShortestTime = 20;

    /// <summary>Null for what is no text. Half a surrogate pair is valid JSON and none.</summary>
    public static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>An object's property names; null when one of them is no text, and the object can't be asked for any property.</summary>
    public static IReadOnlyList<string>? Names(JsonElement value)
    {
        try
        {
            return [.. value.EnumerateObject().Select(property => property.Name)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool? Boolean(string text) => bool.TryParse(text, out var boolean) ? boolean : null;

    public static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static DateTimeOffset? Time(string text) =>
        HasOffset(text) && DateTimeOffset.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    public static FieldValue TimeOrDay(string text) => Day(text) is { } day ? FieldValue.Of(day) : FieldValue.Of(Time(text));

    private static bool HasOffset(string text) => text.Length >= ShortestTime && (text[^1] == 'Z' || text[^OffsetLength] is '+' or '-');
}
