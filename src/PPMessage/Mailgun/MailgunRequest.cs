using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>A callback as it came in, not yet believed: a form (mails) or JSON (events), whichever URL it came to.</summary>
/// <param name="Signature">Null: it has none.</param>
internal sealed record MailgunRequest(MailgunForm? Form, JsonElement Json, MailgunSignature? Signature) : IAsyncDisposable
{
    /// <summary>Mailgun takes 25 MB of mail; Base64 and percent-encoding blow that up.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Far more than any event has.</summary>
    public const int MostJsonBytes = 1024 * 1024;

    public ValueTask DisposeAsync() => Form?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Null with the answer when the request can't be read.</summary>
    public static async Task<(MailgunRequest? Request, IResult? Refusal)> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        var type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed : null;
        if (MailgunFormReader.Reads(type)) return await FormAsync(context, type!, cancellation);
        return type?.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) == true
            ? await JsonAsync(context.Request, cancellation)
            : (null, Problems.Of(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "Mailgun's callbacks are forms or JSON."));
    }

    private static async Task<(MailgunRequest?, IResult?)> FormAsync(HttpContext context, MediaTypeHeaderValue type, CancellationToken cancellation)
    {
        if (context.Request.ContentLength > MostBytes) return (null, TooLarge($"more than {MostBytes} bytes"));
        // Counts what comes without a length as well. The server's own limit is made for other requests.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MostBytes;
        var read = await MailgunFormReader.ReadAsync(context.Request.Body, type, cancellation);
        if (read.Form is not { } form) return (null, read.TooLarge ? TooLarge(read.Trouble) : Malformed(read.Trouble));
        return (new(form, default, MailgunSignature.Of(form[MailgunFields.Timestamp], form[MailgunFields.Token], form[MailgunFields.Signature])), null);
    }

    private static async Task<(MailgunRequest?, IResult?)> JsonAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            if (request.ContentLength > MostJsonBytes) return (null, TooLarge($"more than {MostJsonBytes} bytes of JSON"));
            var buffer = new byte[(request.ContentLength ?? MostJsonBytes) + 1];
            var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (length > MostJsonBytes) return (null, TooLarge($"more than {MostJsonBytes} bytes of JSON"));
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            var json = document.RootElement.Clone();
            return (new(null, json, SignatureOf(json)), null);
        }
        catch (Exception e) when (e is JsonException or BadHttpRequestException)
        {
            return (null, Malformed("not JSON"));
        }
    }

    private static MailgunSignature? SignatureOf(JsonElement json) => MailgunSignature.Of(
        json.Text("signature", "timestamp"), json.Text("signature", "token"), json.Text("signature", "signature"));

    // 406: Mailgun must not try again with what will be no smaller.
    private static IResult TooLarge(string what) => Problems.Of(StatusCodes.Status406NotAcceptable, "Too large", $"A callback can't have {what}.");

    // Mailgun tries again: something on the way may have cut it.
    private static IResult Malformed(string reason) => Problems.Of(StatusCodes.Status400BadRequest, "Malformed request", $"The body can't be read: {reason}.");
}
