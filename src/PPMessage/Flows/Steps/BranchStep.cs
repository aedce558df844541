using System.Text.Json;
using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>Takes the first case whose condition holds, else <c>else</c>. A segment's filter is such a condition.</summary>
internal sealed class BranchStep : Step
{
    public const string Word = "branch";
    public const string Else = "else";

    private const int MostCases = 20;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => [.. Names.Distinct(), Else];

    public required IReadOnlyList<(string Outcome, Filter When)> Cases { get; init; }

    /// <summary>Outcomes, also of cases whose condition is a mistake: what is connected to them is none.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    public static BranchStep Read(StepReader reader)
    {
        var (cases, names) = (new List<(string, Filter)>(), new List<string>());
        if (reader.Fields.Json("cases") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > MostCases)
            reader.Refuse("cases", $"must be a list of 1 to {MostCases} cases, such as {{\"outcome\":\"vip\",\"when\":{{…}}}}");
        else
            foreach (var (item, i) in list.EnumerateArray().Select((item, i) => (item, i)))
            {
                var (outcome, when) = CaseOf(reader, item, i);
                names.Add(outcome);
                if (when is not null) cases.Add((outcome, when));
            }

        return new BranchStep { Name = reader.Name, Cases = cases, Names = names };
    }

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        foreach (var (outcome, when) in Cases)
            if (await scope.HoldsAsync(when, cancellation)) return new Move.On(outcome);
        return new Move.On(Else);
    }

    private static (string Outcome, Filter? When) CaseOf(StepReader reader, JsonElement item, int index)
    {
        var fields = reader.Fields.Item("cases", index, item);
        var outcome = fields.Text("outcome", null, 64);
        if (!FlowNames.IsName(outcome)) fields.Refuse("outcome", FlowNames.Rule);
        else if (outcome is Else or Failed) fields.Refuse("outcome", $"'{outcome}' is an outcome of its own");
        if (fields.Json("when") is { } when) return (outcome, reader.Condition(when, $"cases[{index}].when"));
        fields.Refuse("when", "is required");
        return (outcome, null);
    }
}
