using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>A callback as it came in, not yet believed.</summary>
/// <param name="Url">What Twilio requested.</param>
/// <param name="Query">Decoded.</param>
/// <param name="Form">Decoded; empty for a GET and for JSON.</param>
/// <param name="Json">The body when it is JSON (no messaging callback is, so far); else null.</param>
internal sealed record TwilioRequest(
    string? Signature, string Url, IReadOnlyList<KeyValuePair<string, string>> Query, IReadOnlyList<KeyValuePair<string, string>> Form, byte[]? Json)
{
    /// <summary>Far more than any callback has.</summary>
    public const int MostBytes = 64 * 1024;

    private const string FormType = "application/x-www-form-urlencoded";
    private const string JsonType = "application/json";

    /// <summary>Where the fields stand: with GET in the query.</summary>
    public TwilioFields Fields(string method) => new(HttpMethods.IsGet(method) ? Query : Form);

    public bool IsSignedWith(params IEnumerable<string?> tokens) => Json is null
        ? TwilioSignature.IsForm(Signature, Url, Form, tokens)
        : TwilioSignature.IsJson(Signature, Url, Json, tokens);

    /// <summary>Null with the answer when the request can't be read.</summary>
    public static async Task<(TwilioRequest? Request, IResult? Refusal)> ReadAsync(HttpContext context, Uri publicBaseUrl, CancellationToken cancellation)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (UrlEncoded.Read(Encoding.UTF8.GetBytes(TwilioUrls.Query(target)), out var reason) is not { } query) return (null, Malformed(reason));
        var (body, refusal) = HttpMethods.IsGet(context.Request.Method) ? ([], null) : await BodyAsync(context.Request, cancellation);
        if (refusal is not null) return (null, refusal);
        var request = new TwilioRequest(
            context.Request.Headers[TwilioSignature.Header].ToString(), TwilioUrls.Requested(publicBaseUrl, target), query, [], null);
        return Type(context.Request) switch
        {
            _ when body!.Length == 0 => (request, null),
            JsonType => (request with { Json = body }, null),
            FormType => UrlEncoded.Read(body, out reason) is { } form ? (request with { Form = form }, null) : (null, Malformed(reason)),
            _ => (null, Problems.Of(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", $"Twilio's callbacks are {FormType}.")),
        };
    }

    private static string Type(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.Value!.ToLowerInvariant() : string.Empty;

    private static IResult Malformed(string reason) => Problems.Of(StatusCodes.Status400BadRequest, "Malformed request", $"Not a form: {reason}.");

    private static async Task<(byte[]? Body, IResult? Refusal)> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            if (request.ContentLength > MostBytes) return (null, TooLarge());
            var buffer = new byte[(request.ContentLength ?? MostBytes) + 1];
            var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            return length > MostBytes ? (null, TooLarge()) : (buffer[..length], null);
        }
        catch (BadHttpRequestException e)
        {
            return (null, Problems.Of(e.StatusCode, "Malformed request", "The body could not be read."));
        }
    }

    private static IResult TooLarge() =>
        Problems.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"A callback has at most {MostBytes} bytes.");
}
