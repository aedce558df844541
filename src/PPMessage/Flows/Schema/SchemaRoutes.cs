using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary><c>/api/flows/schema.json</c>: for editors, which ask without a token. It says nothing of this workspace.</summary>
internal static class SchemaRoutes
{
    private const string MediaType = "application/schema+json";

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Default) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Kept for an hour: it changes with the program alone.
    private static readonly CacheControlHeaderValue Kept = new() { Public = true, MaxAge = TimeSpan.FromHours(1) };

    private static readonly Lazy<byte[]> Bytes = new(() => JsonSerializer.SerializeToUtf8Bytes(FlowSchema.Document(), Readable));

    private static readonly Lazy<EntityTagHeaderValue> Tag = new(() => new EntityTagHeaderValue($"\"{Ids.Base32(SHA256.HashData(Bytes.Value))}\""));

    public static void MapFlowSchema(this IEndpointRouteBuilder routes) => routes.MapGet(FlowSchema.Url, Answer).AllowEverybody().Describe(Describe);

    private static IResult Answer(HttpContext context)
    {
        context.Response.GetTypedHeaders().CacheControl = Kept;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // Answers 304 where the caller has it.
        return TypedResults.Bytes(Bytes.Value, MediaType, entityTag: Tag.Value);
    }

    private static Operation Describe() =>
        new Operation("Flows", "getFlowSchema", "The JSON Schema of a flow's definition", "Draft 2020-12, for editors: put its URL into $schema of a definition.")
            .AnswersFile(200, "The schema.", MediaType).With("ETag").Answers(304, "As If-None-Match says.");
}
