using System.Text.Json;

namespace PPMessage.Http;

/// <summary>Numbers as others write them in JSON, which knows no greatest one. Who reads ours has doubles.</summary>
internal static class JsonNumbers
{
    public const string TooGreat = "is a number that is too great: at most 1.7976931348623157e308, and no less than that below zero";

    /// <summary>The place of the first one in it, however deep, that no double holds (<c>variables.x[0]</c>; <c>$</c>: the value itself); null: there is none.</summary>
    public static string? PlaceOfTooGreat(JsonElement value) => Path(value) switch
    {
        null => null,
        "" => "$",
        var path => path[0] == '.' ? path[1..] : path,
    };

    private static string? Path(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => double.IsFinite(value.GetDouble()) ? null : string.Empty,
        JsonValueKind.Array => value.EnumerateArray().Select((item, i) => Path(item) is { } rest ? $"[{i}]{rest}" : null).FirstOrDefault(path => path is not null),
        JsonValueKind.Object => value.EnumerateObject().Select(property => Path(property.Value) is { } rest ? $".{property.Name}{rest}" : null).FirstOrDefault(path => path is not null),
        _ => null,
    };
}
