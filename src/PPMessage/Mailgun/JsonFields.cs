using System.Text.Json;

namespace PPMessage.Mailgun;

/// <summary>Reads what Mailgun writes with patience: any field may be missing or null, and numbers come as text and the other way round.</summary>
internal static class JsonFields
{
    /// <summary>The value at the path; of kind <c>Undefined</c> when there is none.</summary>
    public static JsonElement At(this JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json)) return default;
        return json;
    }

    /// <summary>A text, number or truth value as text; null when there is none, or an empty one.</summary>
    public static string? Text(this JsonElement json, params ReadOnlySpan<string> path)
    {
        var value = json.At(path);
        var text = value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? Plain(value) : null;
        return text is { Length: > 0 } ? text : null;
    }

    public static bool IsTrue(this JsonElement json, params ReadOnlySpan<string> path) => json.Text(path) is "True" or "true" or "yes" or "1";

    // A lone surrogate in an escape is text to a parser and none to a decoder.
    private static string? Plain(JsonElement value)
    {
        try
        {
            return value.ToString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
