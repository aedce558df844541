using System.Net.Http.Headers;
using System.Text;

namespace PPMessage.Flows.Calls;

/// <summary>A call as it goes over the wire.</summary>
internal static class CallMessage
{
    /// <param name="isHome">Whether <paramref name="url"/> is of the origin that the caller named: only there go the caller's headers, the key and the body.</param>
    public static HttpRequestMessage Of(CallRequest request, Uri url, bool isHome)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        message.Headers.TryAddWithoutValidation("User-Agent", "PPMessage");
        if (isHome) AddCallers(message, request);
        if (!message.Headers.Contains("Accept")) message.Headers.TryAddWithoutValidation("Accept", "application/json, */*;q=0.5");
        return message;
    }

    private static void AddCallers(HttpRequestMessage message, CallRequest request)
    {
        message.Headers.TryAddWithoutValidation("Idempotency-Key", request.IdempotencyKey);
        if (request.Body is { } body) message.Content = Content(body, ContentType(request));
        foreach (var (name, value) in request.Headers)
            if (!IsContentType(name) && !message.Headers.TryAddWithoutValidation(name, value)) message.Content?.Headers.TryAddWithoutValidation(name, value);
    }

    private static ByteArrayContent Content(string body, string type)
    {
        var encoding = MediaTypeHeaderValue.TryParse(type, out var parsed) ? CharsetNames.Find(parsed.CharSet) : null;
        var content = new ByteArrayContent((encoding ?? Encoding.UTF8).GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private static string ContentType(CallRequest request) => request.Headers.FirstOrDefault(header => IsContentType(header.Key)).Value ?? "application/json";

    private static bool IsContentType(string name) => name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase);
}
