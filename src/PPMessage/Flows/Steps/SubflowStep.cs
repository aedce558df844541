using System.Text.Json;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>
/// Calls another flow, in the version that is published when it is called, with variables of its own: those that <c>with</c> names, beside what they hold at the
/// beginning. What its <c>end</c> step returns is kept <c>into</c> a variable.
/// </summary>
internal sealed class SubflowStep : Step
{
    public const string Word = "subflow";
    public const string ReturnedOutcome = "returned";

    private const int MostArguments = 20;
    private const int LongestValue = 1000;

    public override string Type => Word;

    // Whether the other flow waits can't be said here: it may be another one tomorrow. A ring that never rests is cut off when it runs.
    public override bool Waits => true;

    public override IReadOnlyList<string> Outcomes => [ReturnedOutcome];

    public required string FlowId { get; init; }

    public required IReadOnlyDictionary<string, Value> With { get; init; }

    public required string? Into { get; init; }

    public static SubflowStep Read(StepReader reader) => new()
    {
        Name = reader.Name,
        FlowId = reader.Fields.Text("flowId", null, 100),
        With = Arguments(reader),
        Into = reader.Variable("into"),
    };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (await scope.Library.PublishedAsync(FlowId, cancellation) is not { } flow) return Move.Failed($"The flow {FlowId} is not there, or was never published.");
        var arguments = new Dictionary<string, JsonElement>();
        foreach (var (name, value) in With)
        {
            var (json, mistake) = await value.OfAsync(scope, cancellation);
            if (mistake is not null) return Move.Failed(mistake);
            arguments[name] = json;
        }

        return new Move.Call(flow, arguments);
    }

    /// <summary>Takes in what came back; null: it fits.</summary>
    public string? Returned(StepScope scope)
    {
        var value = scope.Run.Value;
        scope.Run = scope.Run with { Value = null };
        return Into is null ? null : scope.Set(Into, value ?? JsonSerializer.SerializeToElement(null, FlowJson.Default.String!));
    }

    private static Dictionary<string, Value> Arguments(StepReader reader)
    {
        var arguments = new Dictionary<string, Value>();
        if (reader.Fields.Json("with") is not { } all) return arguments;
        if (all.ValueKind != JsonValueKind.Object || all.GetPropertyCount() > MostArguments) reader.Refuse("with", $"must be an object with at most {MostArguments} entries");
        else
            foreach (var entry in all.EnumerateObject())
            {
                if (!FlowNames.IsName(entry.Name)) reader.Refuse($"with.{entry.Name}", FlowNames.Rule);
                if (Value.Read(reader, $"with.{entry.Name}", entry.Value, LongestValue) is { } value) arguments[entry.Name] = value;
            }

        return arguments;
    }
}
