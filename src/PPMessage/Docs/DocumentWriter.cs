using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using PPMessage.Http;

namespace PPMessage.Docs;

/// <summary>Writes the API's document (OpenAPI 3.1) from the endpoints that are mapped and what they say of themselves. Takes a part of a second: not for the start.</summary>
internal sealed class DocumentWriter
{
    private const string BearerScheme = "token";

    // 400: a query parameter that is not known.
    private static readonly int[] OfEveryToken = [StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests];

    private readonly SchemaBook _schemas = new();

    private readonly OpenApiDocument _document = new()
    {
        Info = new OpenApiInfo { Title = "PPMessage", Version = "1", Description = About.Text },
        Paths = [],
        Components = new OpenApiComponents(),
        Tags = new HashSet<OpenApiTag>(),
    };

    private DocumentWriter() { }

    public static byte[] Write(IReadOnlyList<Endpoint> endpoints, Uri server)
    {
        var writer = new DocumentWriter();
        writer._document.Servers = [new OpenApiServer { Url = server.AbsoluteUri.TrimEnd('/') }];
        writer._document.AddComponent(BearerScheme, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The admin key of the settings, an agent's own token, or a token of the sign-in provider (OpenID Connect) that the settings name.",
        });
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>().OrderBy(PathOf, StringComparer.Ordinal)) writer.Add(endpoint);
        writer.SortTags();
        foreach (var (name, schema) in writer._schemas.Components) writer._document.AddComponent(name, writer.Schema(schema));
        return Bytes(writer._document);
    }

    /// <summary>All that the document says of an endpoint; null: nothing.</summary>
    public static Operation? OperationOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<Described>() is { } described ? WithDoor(endpoint, described.Operation()) : null;

    private static byte[] Bytes(OpenApiDocument document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private void Add(RouteEndpoint endpoint)
    {
        if (OperationOf(endpoint) is not { } operation) return;
        if (!_document.Paths.TryGetValue(PathOf(endpoint), out var path)) _document.Paths.Add(PathOf(endpoint), path = new OpenApiPathItem());
        var methods = endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods;
        foreach (var method in methods)
        {
            var id = method == methods[0] ? operation.Id : $"{operation.Id}By{Word(method)}";
            ((OpenApiPathItem)path).AddOperation(new HttpMethod(method), Operation(endpoint, operation, method, id));
        }
    }

    private void SortTags()
    {
        var (used, known) = (_document.Tags!.Select(tag => tag.Name!).ToList(), About.Tags.ToDictionary(tag => tag.Name, tag => tag.Says));
        var sorted = About.Tags.Select(tag => tag.Name).Intersect(used).Concat(used.Except(known.Keys));
        _document.Tags = sorted.Select(name => new OpenApiTag { Name = name, Description = known.GetValueOrDefault(name) }).ToHashSet();
    }

    private static string Word(string method) => method[..1] + method[1..].ToLowerInvariant();

    /// <summary>With what whoever stands at the door refuses: below /api a query that is not known and a token, everywhere but /health the admin key in the settings.</summary>
    private static Operation WithDoor(RouteEndpoint endpoint, Operation operation)
    {
        if (IsIn(endpoint, "/health")) return operation;
        operation = operation.Refuses(503);
        if (!NeedsToken(endpoint)) return operation;
        operation = OfEveryToken.Aggregate(operation, (all, status) => all.Refuses(status));
        return IsForAdmins(endpoint) ? operation.Refuses(403) : operation;
    }

    private static bool IsIn(RouteEndpoint endpoint, string door) => new PathString(PathOf(endpoint)).StartsWithSegments(door);

    private static bool NeedsToken(RouteEndpoint endpoint) => IsIn(endpoint, "/api") && endpoint.Metadata.GetMetadata<ForEverybody>() is null;

    private static bool IsForAdmins(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<AdminOnly>() is not null;

    private OpenApiOperation Operation(RouteEndpoint endpoint, Operation operation, string method, string id)
    {
        _document.Tags!.Add(new OpenApiTag { Name = operation.Tag });
        var mayHaveBody = !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);
        return new OpenApiOperation
        {
            OperationId = id,
            Summary = operation.Summary,
            Description = Role(endpoint, operation.Description),
            Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, _document) },
            Parameters = [.. operation.Parameters.Select(Parameter)],
            RequestBody = mayHaveBody && operation.Bodies.Count > 0
                ? new OpenApiRequestBody { Required = !operation.IsBodyOptional, Content = operation.Bodies.ToDictionary(body => body.MediaType, Medium) }
                : null,
            Responses = Responses(operation, HttpMethods.IsHead(method)),
            Security = NeedsToken(endpoint) ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, _document)] = [] }] : [],
        };
    }

    private static string? Role(RouteEndpoint endpoint, string? description) =>
        IsForAdmins(endpoint) ? $"{description} Role: admin.".TrimStart() : NeedsToken(endpoint) ? $"{description} Role: agent or admin.".TrimStart() : description;

    private IOpenApiParameter Parameter(Parameter parameter) => new OpenApiParameter
    {
        Name = parameter.Name,
        In = Enum.Parse<ParameterLocation>(parameter.In, ignoreCase: true),
        Description = parameter.Says,
        Required = parameter.Required,
        Schema = Schema(JsonNode.Parse(parameter.Schema)!),
        Example = parameter.Example is null ? null : Example(parameter),
    };

    private static JsonNode Example(Parameter parameter) =>
        parameter.Schema.Contains("integer", StringComparison.Ordinal) ? int.Parse(parameter.Example!, CultureInfo.InvariantCulture) : parameter.Example!;

    private OpenApiResponses Responses(Operation operation, bool isHead)
    {
        var responses = new OpenApiResponses();
        foreach (var replies in operation.Replies.GroupBy(reply => reply.Status)) responses.Add(Code(replies.Key), Response([.. replies], isHead));
        foreach (var (status, when) in operation.Refusals) responses.TryAdd(Code(status), Problem(status, when, isHead, operation.IsRepeatable));
        return responses;
    }

    /// <param name="replies">Of one status: one, or the forms of one.</param>
    private OpenApiResponse Response(IReadOnlyList<Reply> replies, bool isHead) => new()
    {
        Description = replies[0].Says,
        Headers = Headers(replies),
        Content = replies[0].Content is null || isHead ? null : replies.ToDictionary(reply => reply.Content!.MediaType, reply => Medium(reply.Content!)),
    };

    private static Dictionary<string, IOpenApiHeader> Headers(IReadOnlyList<Reply> replies) =>
        replies.SelectMany(reply => reply.Headers).Distinct().ToDictionary(name => name, _ => Header(true))
            .Concat(replies.SelectMany(reply => reply.HeadersAtTimes).ToDictionary(header => header.Name, header => Header(false, header.When)))
            .ToDictionary();

    private static IOpenApiHeader Header(bool required, string? when = null) =>
        new OpenApiHeader { Required = required, Description = when, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    /// <summary>What many operations say in the same words is said once.</summary>
    private IOpenApiResponse Problem(int status, string when, bool isHead, bool isRepeatable)
    {
        var mayWait = isRepeatable && status == StatusCodes.Status409Conflict;
        if (isHead || when != Http.Operation.Usual(status)) return ProblemOf(status, when, isHead, mayWait);
        var name = $"Problem{Code(status)}{(mayWait ? "OrRunning" : "")}";
        if (_document.Components!.Responses?.ContainsKey(name) != true) _document.AddComponent(name, ProblemOf(status, when, isHead, mayWait));
        return new OpenApiResponseReference(name, _document);
    }

    private OpenApiResponse ProblemOf(int status, string when, bool isHead, bool mayWait)
    {
        var content = new Content(Media.Problem, null, "Problem", About.Problem, About.ProblemExample(status, when));
        var reply = new Reply(status, when, content)
        {
            Headers = status == StatusCodes.Status429TooManyRequests ? ["Retry-After"] : [],
            HeadersAtTimes = mayWait ? [("Retry-After", "While the first request with this Idempotency-Key still runs: how many seconds to wait before it is repeated.")] : [],
        };
        return Response([reply], isHead);
    }

    private OpenApiMediaType Medium(Content content) => new()
    {
        Schema = _schemas.Of(content) is { } schema ? Schema(schema) : null,
        Example = content.Example?.DeepClone(),
    };

    private IOpenApiSchema Schema(JsonNode schema) =>
        SchemaBook.Named(schema) is { } name ? new OpenApiSchemaReference(name, _document)
        : OpenApiModelFactory.Parse<OpenApiSchema>(schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, _document, out var found, "json")
            ?? throw new InvalidOperationException($"No schema: {schema.ToJsonString()}: {string.Join("; ", found.Errors.Select(error => error.Message))}");

    private static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);
}
