using System.Text.Json;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>The flow is over; a sub-flow returns its value to who called it.</summary>
internal sealed class EndStep : Step
{
    public const string Word = "end";

    private const int LongestValue = 1000;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [];

    public required Value? Value { get; init; }

    public static EndStep Read(StepReader reader) => new()
    {
        Name = reader.Name,
        Value = reader.Fields.Json("value") is { ValueKind: not JsonValueKind.Null } value ? Value.Read(reader, "value", value, LongestValue) : null,
    };

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (Value is null) return new Move.End();
        var (json, mistake) = await Value.OfAsync(scope, cancellation);
        if (mistake is not null) return Move.Failed(mistake);
        scope.Run = scope.Run with { Value = json };
        return new Move.End();
    }
}
