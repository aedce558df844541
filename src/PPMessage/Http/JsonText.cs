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
}
