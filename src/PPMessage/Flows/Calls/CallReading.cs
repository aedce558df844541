using System.Net.Http.Headers;
using System.Text;
using PPMessage.Http;

namespace PPMessage.Flows.Calls;

/// <summary>Reads an answer that is no redirect: no more of it than is allowed, whatever a stranger sends.</summary>
internal static class CallReading
{
    private const int LongestContentType = 200;

    public static async Task<CallAnswer> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellation)
    {
        var (bytes, isWhole) = await BytesAsync(response.Content, cancellation);
        var (status, type) = ((int)response.StatusCode, First(response.Content.Headers, "Content-Type"));
        var error = response.IsSuccessStatusCode ? Unusable(response.Content, isWhole) : CallWords.Of(status);
        return new(status, type?[..Math.Min(type.Length, LongestContentType)], Text(bytes, type), error, MayBeRetried(status), Wait(response, now), 0);
    }

    private static async Task<(byte[] Bytes, bool IsWhole)> BytesAsync(HttpContent content, CancellationToken cancellation)
    {
        var beginning = new byte[FlowCalls.LargestAnswer + 1];
        await using var unpacked = await content.ReadAsStreamAsync(cancellation);
        var length = await unpacked.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellation);
        return (beginning[..Math.Min(length, FlowCalls.LargestAnswer)], length <= FlowCalls.LargestAnswer);
    }

    /// <summary>Why a 2xx is an error all the same; null: it is none.</summary>
    private static string? Unusable(HttpContent content, bool isWhole)
    {
        // Layers that were unpacked are gone from the header.
        if (content.Headers.ContentEncoding.Count > 0) return "The answer is packed in a way that is not read here.";
        return isWhole ? null : $"The answer is longer than {FlowCalls.LargestAnswer / 1024} KiB.";
    }

    /// <summary>A byte order mark counts more than the charset that the answer names, and that more than the UTF-8 which JSON is in.</summary>
    private static string Text(byte[] bytes, string? type)
    {
        var named = MediaTypeHeaderValue.TryParse(type, out var parsed) ? CharsetNames.Find(parsed.CharSet) : null;
        using var reader = new StreamReader(new MemoryStream(bytes), named ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    public static bool MayBeRetried(int status) => status is 408 or 429 or >= 500;

    private static TimeSpan? Wait(HttpResponseMessage response, DateTimeOffset now) =>
        RetryAfter.Of(First(response.Headers, "Retry-After"), now) is { } wait ? (wait < TimeSpan.Zero ? TimeSpan.Zero : wait) : null;

    private static string? First(HttpHeaders headers, string name) => headers.NonValidated.TryGetValues(name, out var values) ? values.First() : null;
}

/// <summary>What a program's refusal most likely means.</summary>
internal static class CallWords
{
    public static string Of(int status) => status switch
    {
        401 or 403 => $"It answered {status}: are the credentials in the headers right?",
        404 or 405 => $"It answered {status}: are the URL's path and the method right?",
        429 => "It answered 429: it is asked too often.",
        _ => $"It answered {status}.",
    };
}
