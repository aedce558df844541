using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>How the API reads and answers.</summary>
internal static class MailAnswers
{
    /// <summary>What a path that is none answers, with 200.</summary>
    public const string Magnificent = "Mailgun Magnificent API";

    /// <summary>Mails come in fields, whose usual limit is 4 MB.</summary>
    private static readonly FormOptions Large = new() { ValueLengthLimit = int.MaxValue, MultipartBodyLengthLimit = long.MaxValue, ValueCountLimit = 10_000 };

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON that escapes no more than it must, as the vendor's.</summary>
    public static string ToText(this JsonNode json) => json.ToJsonString(Readable);

    public static ContentHttpResult Json(JsonNode json, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(json.ToText(), "application/json", statusCode: status);

    public static ContentHttpResult Message(string message, int status = StatusCodes.Status200OK) => Json(new JsonObject { ["message"] = message }, status);

    public static ContentHttpResult DomainNotFound() => Message("Domain not found", StatusCodes.Status404NotFound);

    /// <summary>A refused key: a bare word, not an object.</summary>
    public static ContentHttpResult Forbidden(bool asJson = false) => asJson
        ? Json(JsonValue.Create("Forbidden"), StatusCodes.Status401Unauthorized)
        : TypedResults.Text("Forbidden", "text/plain", statusCode: StatusCodes.Status401Unauthorized);

    /// <summary>A path whose domain has a slash in it is greeted, as the root is.</summary>
    public static IResult NoSuchPath(HttpRequest request) => request.Path == "/" || request.Path.Value!.EndsWith("/messages", StringComparison.Ordinal)
        ? TypedResults.Text(Magnificent)
        : Message("Not Found", StatusCodes.Status404NotFound);

    public static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The fields of a form; none when the body is something else.</summary>
    public static async Task<IFormCollection> FormOfMailAsync(this HttpRequest request, CancellationToken cancellation) =>
        request.HasFormContentType ? await request.ReadFormAsync(Large, cancellation) : FormCollection.Empty;

    /// <summary>A number of the query, within its bounds.</summary>
    public static int Number(this HttpRequest request, string name, int fallback, int highest) =>
        int.TryParse(request.Query[name], System.Globalization.CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, 0, highest) : fallback;
}
