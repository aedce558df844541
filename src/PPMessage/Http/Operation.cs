using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace PPMessage.Http;

/// <summary>
/// What the API's document says of an endpoint beyond its route, method and role. Each method adds one thing, and the refusals that come with it
/// (a body: 400, 413, 415). Examples are real: a test sends them to the running app and holds its answers against the schemas.
/// </summary>
/// <param name="Tag">The slice, as readers of the document know it.</param>
/// <param name="Id">A name for programs, unique: <c>changeContact</c>.</param>
internal sealed record Operation(string Tag, string Id, string Summary, string? Description = null)
{
    private const string Text = """{"type":"string"}""";

    public ImmutableList<Parameter> Parameters { get; private init; } = [];

    /// <summary>One for each media type that is taken.</summary>
    public ImmutableList<Content> Bodies { get; private init; } = [];

    public bool IsBodyOptional { get; private init; }

    /// <summary>A conflict may be with the first try, which still runs: then it says how long to wait.</summary>
    public bool IsRepeatable { get; private init; }

    public ImmutableList<Reply> Replies { get; private init; } = [];

    /// <summary>Problems, by status, and when they are given.</summary>
    public ImmutableSortedDictionary<int, string> Refusals { get; private init; } = ImmutableSortedDictionary<int, string>.Empty;

    public Operation Path(string name, string says, string example) =>
        (this with { Parameters = Parameters.Add(new(name, "path", says, true, Text, example)) }).Refuses(404);

    /// <param name="example">What a reader may send as it stands; null: nothing fits everybody.</param>
    /// <param name="schema">JSON Schema; null: a text.</param>
    public Operation Query(string name, string says, string? example = null, string? schema = null, bool required = false) =>
        (this with { Parameters = Parameters.Add(new(name, "query", says, required, schema ?? Text, example)) }).Refuses(400);

    /// <summary><c>?limit=</c> and <c>?cursor=</c>.</summary>
    public Operation Pages() =>
        Query("limit", "How many at most.", "50", $$"""{"type":"integer","minimum":1,"maximum":{{PageRequest.HighestLimit}},"default":{{PageRequest.DefaultLimit}}}""")
            .Query("cursor", "Where the last page ended: its next.");

    public Operation IfMatch() => Header("If-Match", "The ETag that the resource was read with: it is changed only if it is still so.", null).Refuses(412);

    /// <summary><c>Idempotency-Key</c>, as <see cref="Idempotency"/> understands it: who repeats while the first try is running gets a conflict.</summary>
    public Operation Repeatable() =>
        (Keyed("A name for this request: repeated within 24 hours it is done once and gets the same answer. 1 to 255 printable characters.") with { IsRepeatable = true }).Refuses(409);

    /// <summary><c>Idempotency-Key</c>, understood by the endpoint itself.</summary>
    public Operation Keyed(string says) => Header(Idempotency.Header, says, "order-4711").Refuses(400).Refuses(422, "The Idempotency-Key was used with another body.");

    public Operation Takes(Shape shape, string example) => TakesJson(new(Media.Json, null, shape.Name, shape.Schema, JsonNode.Parse(example)));

    /// <param name="required">Properties that the handler insists on, beyond what the type says.</param>
    public Operation Takes(JsonTypeInfo type, string example, params IReadOnlyList<string> required) =>
        TakesJson(new(Media.Json, type, null, null, JsonNode.Parse(example)) { Required = required });

    /// <summary>Lines of text (CSV, NDJSON).</summary>
    public Operation TakesText(string mediaType, string example) =>
        (this with { Bodies = Bodies.Add(TextOf(mediaType, example)) }).Refuses(400).Refuses(413).Refuses(415);

    /// <summary>A body that is not of the API's own form: a provider's.</summary>
    public Operation Takes(string mediaType, string schema, string example) =>
        (this with { Bodies = Bodies.Add(new(mediaType, null, null, JsonNode.Parse(schema)!.AsObject(), JsonNode.Parse(example))) }).Refuses(400);

    public Operation BodyIsOptional() => this with { IsBodyOptional = true };

    public Operation Answers(int status, string says, JsonTypeInfo type, string example) =>
        With(new Reply(status, says, new(Media.Json, type, null, null, JsonNode.Parse(example))));

    /// <summary>Without a body.</summary>
    public Operation Answers(int status, string says) => With(new Reply(status, says, null));

    /// <summary>Lines of text (CSV, NDJSON). Said twice with one status: the same in two forms.</summary>
    public Operation AnswersText(int status, string says, string mediaType, string example) => With(new Reply(status, says, TextOf(mediaType, example)));

    /// <summary>Something else than JSON.</summary>
    public Operation AnswersFile(int status, string says, string mediaType) => With(new Reply(status, says, new(mediaType, null, null, null, null)));

    /// <summary>The last answer has these headers.</summary>
    public Operation With(params IReadOnlyList<string> headers) => this with { Replies = Replies.SetItem(Replies.Count - 1, Replies[^1] with { Headers = headers }) };

    /// <summary>A problem that the others don't bring with them, or one that has a reason of its own.</summary>
    public Operation Refuses(int status, string? when = null) =>
        when is null && Refusals.ContainsKey(status) ? this : this with { Refusals = Refusals.SetItem(status, when ?? Usual(status)) };

    private Operation Header(string name, string says, string? example) => this with { Parameters = Parameters.Add(new(name, "header", says, false, Text, example)) };

    private static Content TextOf(string mediaType, string example) => new(mediaType, null, null, JsonNode.Parse(Text)!.AsObject(), JsonValue.Create(example));

    private Operation TakesJson(Content body) => (this with { Bodies = Bodies.Add(body) }).Refuses(400).Refuses(413).Refuses(415);

    private Operation With(Reply reply) => this with { Replies = Replies.Add(reply) };

    /// <summary>When a problem of this status is given, where nothing more is to be said.</summary>
    public static string Usual(int status) => status switch
    {
        400 => "The request has mistakes: errors names each place.",
        401 => "No token, or a wrong one.",
        403 => "The role is too low.",
        404 => "There is no such thing.",
        409 => "It does not go with what is there, or others change it at the same time.",
        412 => "Changed since it was read: If-Match names another ETag.",
        413 => "The body is too large.",
        415 => "The body has another media type.",
        429 => "This token, or too many wrong ones, asked more often than may be: wait as many seconds as Retry-After says.",
        503 => "The storage can't be reached, or a setting of the host is missing.",
        _ => string.Empty,
    };
}

/// <param name="In"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Schema">JSON Schema.</param>
internal sealed record Parameter(string Name, string In, string Says, bool Required, string Schema, string? Example);

/// <summary>A body: of a type that is read or written by its contract, or of a schema. Neither: bytes.</summary>
/// <param name="Name">Of the schema.</param>
internal sealed record Content(string MediaType, JsonTypeInfo? Type, string? Name, JsonObject? Schema, JsonNode? Example)
{
    public IReadOnlyList<string> Required { get; init; } = [];
}

/// <param name="Content">Null: no body.</param>
internal sealed record Reply(int Status, string Says, Content? Content)
{
    /// <summary>Those that it has each time.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Those that it has only then: when.</summary>
    public IReadOnlyList<(string Name, string When)> HeadersAtTimes { get; init; } = [];
}

internal static class Media
{
    public const string Json = "application/json";
    public const string Problem = "application/problem+json";
    public const string Form = "application/x-www-form-urlencoded";
    public const string Multipart = "multipart/form-data";
    public const string Mail = "message/rfc822";
    public const string Csv = "text/csv";
    public const string Lines = "application/x-ndjson";
    public const string Bytes = "application/octet-stream";
}
