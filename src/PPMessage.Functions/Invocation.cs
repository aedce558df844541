using System.Text;
using System.Text.Json;

namespace PPMessage.Functions;

/// <summary>
/// A call of the Functions host for one function: <c>{"Data":{…},"Metadata":{…}}</c>. Whatever is not a JSON object arrives as its JSON text
/// inside a string, so a queue message's text is encoded twice. Source: azure-functions-host, <c>HttpScriptInvocationContext</c>.
/// </summary>
internal static class Invocation
{
    /// <summary>The text of a queue message as it was enqueued.</summary>
    public static string QueueText(JsonElement call, string binding)
    {
        var data = call.GetProperty("Data").GetProperty(binding);
        return data.ValueKind == JsonValueKind.String ? Unquote(data.GetString()!) : data.GetRawText();
    }

    /// <summary>
    /// How often the message was taken, this time included. A message can overwrite it (the host lets the properties of a JSON object win over
    /// its own), as a number or as a quoted text: no more than a hint, which our own messages leave alone.
    /// </summary>
    public static int DequeueCount(JsonElement call)
    {
        if (!call.TryGetProperty("Metadata", out var metadata) || !metadata.TryGetProperty("DequeueCount", out var value)) return 1;
        var text = value.ValueKind == JsonValueKind.String ? Unquote(value.GetString()!) : value.GetRawText();
        return int.TryParse(text, out var count) && count > 0 ? count : 1;
    }

    /// <summary>Success: any 2xx with a JSON object. An empty answer would hang the host until it kills this process.</summary>
    public static ReadOnlyMemory<byte> Succeeded { get; } = """{"Outputs":{},"Logs":[],"ReturnValue":null}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Failed { get; } = """{"Outputs":{},"Logs":["Not done; the log of PPMessage says why."],"ReturnValue":null}"""u8.ToArray();

    /// <summary>An HTTP answer in the form of a host that does not pass requests on but describes them in JSON.</summary>
    public static ReadOnlyMemory<byte> HttpAnswer(string output, int status, string text)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("Outputs");
            json.WriteStartObject(output);
            json.WriteNumber("statusCode", status);
            json.WriteString("body", text);
            json.WriteStartObject("headers");
            json.WriteString("Content-Type", "text/plain; charset=utf-8");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("Logs");
            json.WriteEndArray();
            json.WriteNull("ReturnValue");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"') return text;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : text;
    }
}
