using System.Text.Encodings.Web;
using System.Text.Json;

namespace PPMessage;

/// <summary>
/// JSON whose Chinese stays Chinese: escaped it would be twice as long in rows and queue messages, and unreadable in a terminal.
/// All of it goes out as <c>application/json</c>, never into HTML, so nothing needs the stricter default.
/// </summary>
internal static class ReadableJson
{
    public static JsonSerializerOptions Of(JsonSerializerOptions generated) => new(generated) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
