using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PPMessage.Tests.Functions;

/// <summary>How the Functions host took the program's answer to a timer or queue call.</summary>
internal enum CallResult
{
    Succeeded,
    Failed,

    /// <summary>The real host would wait until the function timeout and then kill the program.</summary>
    Hung,
}

internal sealed record CallOutcome(CallResult Result, string Detail);

/// <summary>The bodies that the Functions host posts, and its reading of the answers (DefaultHttpWorkerService, Utility.ApplyBindingData).</summary>
internal static class FakeHostCall
{
    // As the host's JSON library: no escapes that JSON does not ask for.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonObject Timer(string function, string binding, DateTimeOffset now, bool pastDue) => new()
    {
        ["Data"] = new JsonObject
        {
            [binding] = new JsonObject
            {
                ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
                ["ScheduleStatus"] = new JsonObject { ["Last"] = Iso(now.AddMinutes(-5)), ["Next"] = Iso(now), ["LastUpdated"] = Iso(now.AddMinutes(-5)) },
                ["IsPastDue"] = pastDue,
            },
        },
        ["Metadata"] = new JsonObject { ["sys"] = Sys(function, now) },
    };

    public static JsonObject Queue(string function, string binding, string text, int dequeueCount, string messageId, DateTimeOffset now)
    {
        var metadata = new JsonObject(new JsonNodeOptions { PropertyNameCaseInsensitive = true })
        {
            ["DequeueCount"] = $"{dequeueCount}",
            ["ExpirationTime"] = Iso(DateTimeOffset.MaxValue),
            ["Id"] = Quoted(messageId),
            ["InsertionTime"] = Iso(now),
            ["NextVisibleTime"] = Iso(now.AddMinutes(10)),
            ["PopReceipt"] = Quoted("AgAAAAMAAAAAAAAA"),
            ["sys"] = Sys(function, now),
        };
        Overwrite(metadata, text);
        return new JsonObject { ["Data"] = new JsonObject { [binding] = Quoted(text) }, ["Metadata"] = metadata };
    }

    /// <summary>Chunked, without a length, as the host sends it.</summary>
    public static HttpRequestMessage Request(string function, JsonObject call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/{function}") { Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(call.ToJsonString(Plain)))) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Content.Headers.ContentLength = null;
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", Guid.NewGuid().ToString());
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Azure-Functions-Host", "4.1037.0.0"));
        return request;
    }

    public static async Task<CallOutcome> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) return new(CallResult.Failed, $"{(int)answer.StatusCode} {body}");
        if (string.IsNullOrWhiteSpace(body) || body.Trim() == "null") return new(CallResult.Hung, $"{(int)answer.StatusCode} without an object");
        if (answer.Content.Headers.ContentType?.MediaType != "application/json") return new(CallResult.Failed, $"no formatter for {answer.Content.Headers.ContentType}");
        return IsObject(body) ? new(CallResult.Succeeded, body) : new(CallResult.Failed, body);
    }

    /// <summary>The properties of a message that is a JSON object win over the host's own, whatever their case; arrays are left out.</summary>
    private static void Overwrite(JsonObject metadata, string text)
    {
        if (!IsObject(text)) return;
        foreach (var (name, value) in JsonNode.Parse(text)!.AsObject())
        {
            if (value is JsonArray || name.EndsWith("trigger", StringComparison.OrdinalIgnoreCase)) continue;
            metadata[name] = value is JsonObject ? value.DeepClone() : value is null ? null : Quoted(value.ToString());
        }
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Plain);

    private static string Iso(DateTimeOffset time) => $"{time.UtcDateTime:O}";

    private static JsonObject Sys(string function, DateTimeOffset now) => new() { ["MethodName"] = function, ["UtcNow"] = Iso(now), ["RandGuid"] = Guid.NewGuid().ToString() };
}
