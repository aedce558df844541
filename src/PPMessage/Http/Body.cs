using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PPMessage.Http;

/// <summary>
/// Reads request bodies: strictly JSON in UTF-8, bounded, no property twice, none unknown, no number beyond a double's. Whatever is wrong becomes a 400, 413 or 415 that names the place.
/// </summary>
internal static class Body
{
    /// <summary>Far more than any settings need; endpoints that take texts or files name their own limit.</summary>
    public const int DefaultBytes = 64 * 1024;

    /// <summary>What .NET reads unless it is told otherwise, and so what the store and the answers can be read with.</summary>
    private const int MostLevels = 64;

    /// <summary>The body as a value. Mark request records with <c>[JsonUnmappedMemberHandling(Disallow)]</c>, the inner ones too.</summary>
    public static async Task<Read<T>> ReadAsync<T>(
        HttpContext context, JsonTypeInfo<T> type, int maxBytes = DefaultBytes, CancellationToken cancellation = default) where T : class
    {
        var json = await ReadJsonAsync(context, maxBytes, cancellation);
        if (!json.Ok(out var root, out var problem)) return new(null, json.Bytes, problem);
        try
        {
            var value = root.Value.Deserialize(type);
            return value is null ? new(null, json.Bytes, Problems.Invalid("$", "must be a JSON object")) : new(value, json.Bytes, null);
        }
        catch (JsonException error)
        {
            return new(null, json.Bytes, Problems.Invalid(PathOf(error), MessageOf(error)));
        }
    }

    /// <summary>The body as an object whose absent and null properties differ; for PATCH (JSON merge patch, RFC 7396) and wherever all mistakes are told at once.</summary>
    public static async Task<Read<Fields>> ReadFieldsAsync(HttpContext context, int maxBytes = DefaultBytes, CancellationToken cancellation = default)
    {
        var json = await ReadJsonAsync(context, maxBytes, cancellation);
        if (!json.Ok(out var root, out var problem)) return new(null, json.Bytes, problem);
        return root.Value.ValueKind == JsonValueKind.Object
            ? new(new Fields(root.Value), json.Bytes, null)
            : new(null, json.Bytes, Problems.Invalid("$", "must be a JSON object"));
    }

    /// <summary>As <see cref="ReadFieldsAsync"/>; no body at all reads as an empty object.</summary>
    public static async Task<Read<Fields>> ReadOptionalFieldsAsync(HttpContext context, int maxBytes = DefaultBytes, CancellationToken cancellation = default) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
            ? new(new Fields(default), default, null)
            : await ReadFieldsAsync(context, maxBytes, cancellation);

    /// <summary>The body as an object in which anything may stand.</summary>
    public static async Task<Read<JsonRoot>> ReadObjectAsync(HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        var json = await ReadJsonAsync(context, maxBytes, cancellation);
        return json.Value is { Value.ValueKind: not JsonValueKind.Object } ? new(null, json.Bytes, Problems.Invalid("$", "must be a JSON object")) : json;
    }

    private static async Task<Read<JsonRoot>> ReadJsonAsync(HttpContext context, int maxBytes, CancellationToken cancellation)
    {
        if (!IsJson(context.Request.ContentType))
            return new(null, default, Problems.Of(StatusCodes.Status415UnsupportedMediaType, "Unsupported media type", "The body must be application/json in UTF-8."));
        if (await BytesAsync(context.Request, maxBytes, cancellation) is not { } bytes)
            return new(null, default, Problems.Of(StatusCodes.Status413PayloadTooLarge, "Too large", $"The body may have at most {maxBytes} bytes."));
        if (Parse(bytes, out var mistake) is not { } root) return new(null, bytes, Problems.Invalid("$", mistake));
        return JsonNumbers.PlaceOfTooGreat(root.Value) is { } place ? new(null, bytes, Problems.Invalid(place, JsonNumbers.TooGreat)) : new(root, bytes, null);
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType is { } name
        && (name.Equals("application/json", StringComparison.OrdinalIgnoreCase) || name.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    // Null: more than that.
    private static async Task<byte[]?> BytesAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
    {
        if (request.ContentLength > maxBytes) return null;
        var read = await request.BodyReader.ReadAtLeastAsync(maxBytes + 1, cancellation);
        var bytes = read.Buffer.Length > maxBytes ? null : read.Buffer.ToArray();
        request.BodyReader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private static JsonRoot? Parse(byte[] bytes, out string mistake)
    {
        mistake = bytes.Length == 0 ? "a JSON body is expected" : "is not valid UTF-8";
        if (bytes.Length == 0 || !Utf8.IsValid(bytes)) return null;
        try
        {
            using var document = JsonDocument.Parse(TextOf(bytes), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new JsonRoot(document.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            mistake = WhyNot(TextOf(bytes));
            return null;
        }
    }

    // Windows editors begin a file with a byte order mark, and a parser may ignore it (RFC 8259, 8.1).
    private static ReadOnlyMemory<byte> TextOf(byte[] bytes) => bytes.AsMemory(bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0);

    private static string WhyNot(ReadOnlyMemory<byte> text)
    {
        try
        {
            return IsTooDeep(text.Span) ? $"is nested more than {MostLevels} levels deep" : "has a property twice, or a name that is no text";
        }
        catch (JsonException error)
        {
            return $"is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})";
        }
    }

    // Read to its end, as deep as it likes, for what is no JSON is told as that. A reader keeps a bit for each level; a document would look for the beginning of each.
    private static bool IsTooDeep(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = int.MaxValue });
        var isTooDeep = false;
        while (reader.Read()) isTooDeep |= reader.CurrentDepth >= MostLevels && reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
        return isTooDeep;
    }

    // "$.settings.phoneNumber" is "settings.phoneNumber" to a client; the whole body stays "$".
    private static string PathOf(JsonException error) => error.Path switch
    {
        null or "$" => "$",
        var path when path.StartsWith("$.", StringComparison.Ordinal) => path[2..],
        var path => path[1..],
    };

    // The exception's own message names our types; only its kind is told.
    private static string MessageOf(JsonException error) =>
        error.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "is not known" : "has the wrong type or form";
}

/// <summary>A parsed body.</summary>
internal sealed record JsonRoot(JsonElement Value);

/// <summary>A body, or the problem to answer with.</summary>
/// <param name="Bytes">As they came; what <see cref="Idempotency"/> compares.</param>
internal readonly record struct Read<T>(T? Value, ReadOnlyMemory<byte> Bytes, IResult? Problem) where T : class
{
    public bool Ok([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out IResult? problem)
    {
        (value, problem) = (Value, Problem);
        return problem is null;
    }
}
