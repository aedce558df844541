using System.Text.Json;

namespace PPMessage.Http;

/// <summary>Texts as clients write them in JSON.</summary>
internal static class JsonText
{
    /// <summary>Null for what is no text. Half a surrogate pair is valid JSON and none: it can be neither read nor written.</summary>
    public static string? Of(JsonElement value)
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

    /// <summary>Whether all texts in it, however deep, are such.</summary>
    public static bool AreIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value) is not null,
        JsonValueKind.Array => value.EnumerateArray().All(AreIn),
        JsonValueKind.Object => value.EnumerateObject().All(property => AreIn(property.Value)),
        _ => true,
    };
}
