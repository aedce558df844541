using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>Sends contacts different ways by weight. Drawn from flow, step and contact: the same contact always goes the same way.</summary>
internal sealed class SplitStep : Step
{
    public const string Word = "split";

    private const int MostArms = 10;
    private const int HighestWeight = 1000;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [.. Arms.Select(arm => arm.Outcome)];

    public required IReadOnlyList<(string Outcome, int Weight)> Arms { get; init; }

    public static SplitStep Read(StepReader reader)
    {
        var arms = new List<(string, int)>();
        if (reader.Fields.Json("arms") is not { ValueKind: JsonValueKind.Object } all || all.GetPropertyCount() is < 2 or > MostArms)
        {
            reader.Refuse("arms", $"must be an object of 2 to {MostArms} weights by outcome, such as {{\"a\":50,\"b\":50}}");
            return new SplitStep { Name = reader.Name, Arms = [] };
        }

        foreach (var arm in all.EnumerateObject())
        {
            if (!FlowNames.IsName(arm.Name)) reader.Refuse($"arms.{arm.Name}", FlowNames.Rule);
            else if (arm.Name == Failed) reader.Refuse($"arms.{arm.Name}", $"'{Failed}' is an outcome of its own");
            var isWeight = arm.Value.ValueKind == JsonValueKind.Number && arm.Value.TryGetInt32(out var weight) && weight is >= 0 and <= HighestWeight;
            // Also with a mistake it is an outcome: what is connected to it is none.
            arms.Add((arm.Name, isWeight ? arm.Value.GetInt32() : 1));
            if (!isWeight) reader.Refuse($"arms.{arm.Name}", $"must be a whole number from 0 to {HighestWeight}");
        }

        if (arms.Count > 0 && arms.Sum(arm => arm.Item2) == 0) reader.Refuse("arms", "need a weight above 0");
        return new SplitStep { Name = reader.Name, Arms = arms };
    }

    public override ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation) =>
        new(new Move.On(Of($"{scope.Flow.FlowId}|{Name}|{scope.Run.ContactId}")));

    private string Of(string seed)
    {
        var drawn = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 8)) % (ulong)Arms.Sum(arm => arm.Weight);
        foreach (var (outcome, weight) in Arms)
        {
            if (drawn < (ulong)weight) return outcome;
            drawn -= (ulong)weight;
        }

        throw new InvalidOperationException("Weights were checked when the flow was read.");
    }
}
