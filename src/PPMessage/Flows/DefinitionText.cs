using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary>Definitions as clients write them: what must hold so that they can be kept, whatever mistakes they have as flows. Pure.</summary>
internal static class DefinitionText
{
    /// <summary>Stored and answered, it lies in other objects, and JSON is read 64 levels deep.</summary>
    public const int MostLevels = 48;

    private const int LongestName = 100;

    /// <summary>Why it can't be kept, with its place; null: it can.</summary>
    public static (string Place, string Message)? Mistake(JsonElement definition)
    {
        if (definition.ValueKind != JsonValueKind.Object) return ("$", "must be a JSON object");
        if (Encoding.UTF8.GetByteCount(definition.GetRawText()) > DefinitionReader.LargestBytes) return ("$", $"may have at most {DefinitionReader.LargestBytes} bytes");
        return Mistake(definition, "$", 1);
    }

    /// <summary>Of what it says: blanks between don't count, the order of its properties does.</summary>
    public static string Hash(JsonElement definition) =>
        Ids.Base32(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(definition, FlowJson.Default.JsonElement)).AsSpan(0, 16));

    /// <summary>Its name; null where it has none that a flow can have.</summary>
    public static string? NameOf(JsonElement definition)
    {
        var name = definition.TryGetProperty("name", out var value) ? JsonText.Of(value)?.Trim() : null;
        return name is { Length: > 0 and <= LongestName } && !name.Any(char.IsControl) ? name : null;
    }

    /// <summary>Whether a value lies deeper than what is kept may.</summary>
    public static bool IsTooDeep(JsonElement value, int level = 1) => level > MostLevels || value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(property => IsTooDeep(property.Value, level + 1)),
        JsonValueKind.Array => value.EnumerateArray().Any(item => IsTooDeep(item, level + 1)),
        _ => false,
    };

    private static (string Place, string Message)? Mistake(JsonElement value, string place, int level)
    {
        if (level > MostLevels) return (place, $"lies more than {MostLevels} levels deep");
        return value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Select(property => Mistake(property.Value, place == "$" ? property.Name : $"{place}.{property.Name}", level + 1)).FirstOrDefault(one => one is not null),
            JsonValueKind.Array => value.EnumerateArray().Select((item, i) => Mistake(item, $"{place}[{i}]", level + 1)).FirstOrDefault(one => one is not null),
            JsonValueKind.String when JsonText.Of(value) is null => (place, "is no text: it has half a character"),
            _ => null,
        };
    }
}
