using System.Text.Json;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Http;
using PPMessage.Templates;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Calls a program, at least once: every repetition bears the same <c>Idempotency-Key</c>. What did not work for now is tried again with growing pauses. <c>ok</c>: it
/// answered 2xx; <c>refused</c>: 4xx; what else goes wrong is <c>failed</c>.
/// </summary>
internal sealed class HttpStep : Step
{
    public const string Word = "http";
    public const string Ok = "ok";
    public const string Refused = "refused";

    private const int LongestUrl = 2_000;
    private const int LongestBody = 10_000;
    private const int MostHeaders = 20;
    private const int MostAttempts = 6;
    private const int MostVariables = 20;
    private const int LongestPointer = 200;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    public override string Type => Word;

    // It comes back by itself, and at once: a loop of calls alone would never rest.
    public override bool Waits => false;

    public override IReadOnlyList<string> Outcomes => [Ok];

    public override IReadOnlyList<string> Refinements => [Refused];

    public required string Method { get; init; }

    public required Template Url { get; init; }

    public required IReadOnlyDictionary<string, Template> Headers { get; init; }

    public required Template? Body { get; init; }

    public required TimeSpan TimeAllowed { get; init; }

    public required int Attempts { get; init; }

    /// <summary>JSON pointers into the answer, by variable.</summary>
    public required IReadOnlyDictionary<string, string> Into { get; init; }

    /// <summary>The variable that gets the answer's status; null: none.</summary>
    public required string? StatusInto { get; init; }

    public static HttpStep Read(StepReader reader)
    {
        var method = reader.Fields.OptionalText("method", "GET", 10)?.ToUpperInvariant() ?? "GET";
        if (!Methods.Contains(method)) reader.Refuse("method", $"must be one of: {string.Join(", ", Methods)}");
        var step = new HttpStep
        {
            Name = reader.Name,
            Method = method,
            Url = reader.Text("url", LongestUrl),
            Headers = reader.Texts("headers", MostHeaders),
            Body = BodyOf(reader),
            TimeAllowed = reader.Duration("timeout", Shortest, Longest) ?? Usual,
            Attempts = reader.Number("attempts", 3, 1, MostAttempts),
            Into = Pointers(reader),
            StatusInto = reader.Variable("statusInto"),
        };
        if (step.Url.IsPlain && CallMistakes.OfUrl(step.Url.Text, loopback: true) is { } bad) reader.Refuse("url", bad);
        foreach (var (name, value) in step.Headers)
            if (CallMistakes.OfHeader(name, value.IsPlain ? value.Text : "x") is { } mistake) reader.Refuse($"headers.{name}", mistake);
        return step;
    }

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        var url = await scope.RenderAsync(Url, cancellation);
        var body = Body is null ? default : await scope.RenderAsync(Body, cancellation);
        if ((url.Mistake ?? body.Mistake) is { } mistake) return Move.Failed(mistake);
        var headers = new Dictionary<string, string>();
        foreach (var (name, value) in Headers)
        {
            var rendered = await scope.RenderAsync(value, cancellation);
            if (rendered.Text is null) return Move.Failed(rendered.Mistake!);
            if (CallMistakes.OfHeader(name, rendered.Text) is { } bad) return Move.Failed($"The header {name} {bad}.");
            headers[name] = rendered.Text;
        }

        var call = new CallRequest(Method, url.Text!.Trim(), headers, body.Text, TimeAllowed, Ids.Hash(scope.Key));
        return Parked(scope, call, 0, scope.Now);
    }

    public override ValueTask<Move> ResumeAsync(StepScope scope, Wait wait, Signal signal, CancellationToken cancellation)
    {
        if (signal is not Signal.CallAnswered { Answer: var answer }) return new(Parked(scope, wait.Call!, wait.Tries, scope.Now));
        var made = wait.Tries + 1;
        if (answer.Error is not null && CallRetry.Next(made, Attempts, answer) is { } pause) return new(Parked(scope, wait.Call!, made, scope.Now + pause));
        var picked = answer.Status == 0 ? new Dictionary<string, JsonElement>() : ResponseMapping.Pick(answer, Into);
        foreach (var (variable, value) in picked)
            if (scope.Set(variable, value) is { } why) return new(Move.Failed(why));
        if (StatusInto is not null && scope.Set(StatusInto, JsonSerializer.SerializeToElement(answer.Status, FlowJson.Default.Int32)) is { } mistake) return new(Move.Failed(mistake));
        return new(answer switch
        {
            { Error: null } => new Move.On(Ok),
            { Status: >= 400 and < 500 } => new Move.On(Refused, answer.Error),
            _ => Move.Failed(answer.Error),
        });
    }

    // Its first call is made at once, by whoever parks it.
    private static Move.Park Parked(StepScope scope, CallRequest call, int tries, DateTimeOffset due) =>
        new(new Wait(WaitKind.Callback, scope.Run.Visit, scope.Now, due, Tries: tries) { Call = call });

    private static Dictionary<string, string> Pointers(StepReader reader)
    {
        var pointers = new Dictionary<string, string>();
        if (reader.Fields.Json("into") is not { } all || all.ValueKind == JsonValueKind.Null) return pointers;
        if (all.ValueKind != JsonValueKind.Object || all.GetPropertyCount() > MostVariables) reader.Refuse("into", $"must be an object of at most {MostVariables} JSON pointers by variable, such as {{\"state\":\"/order/state\"}}");
        else
            foreach (var entry in all.EnumerateObject())
                if (!FlowNames.IsName(entry.Name)) reader.Refuse($"into.{entry.Name}", FlowNames.Rule);
                else if (JsonText.Of(entry.Value) is not { Length: <= LongestPointer } pointer) reader.Refuse($"into.{entry.Name}", $"must be a JSON pointer of at most {LongestPointer} characters");
                else if (ResponseMapping.MistakeOf(pointer) is { } mistake) reader.Refuse($"into.{entry.Name}", mistake);
                else pointers[entry.Name] = pointer;
        return pointers;
    }

    // A text as it stands; any other JSON is sent as JSON, with Liquid in its texts.
    private static Template? BodyOf(StepReader reader) => reader.Fields.Json("body") switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => reader.TextOf("body", text, LongestBody),
        { } json => reader.TextOf("body", JsonSerializer.SerializeToElement(json.GetRawText(), FlowJson.Default.String), LongestBody),
    };
}
