using System.Text.Json;
using PPMessage.Filters;

namespace PPMessage.Flows.Runs;

/// <summary>A run as lists show it.</summary>
/// <param name="Reason">Why it is over; null while it is not.</param>
/// <param name="Step">Where it is, or failed; null: it is over otherwise.</param>
/// <param name="Due">When time alone wakes it; null: nothing does.</param>
internal sealed record RunSummary(
    string Id, string FlowId, int Version, string ContactId, string? ConversationId, string Trigger, RunState State, string? Reason, string? Step, DateTimeOffset? Due, DateTimeOffset StartedAt,
    DateTimeOffset UpdatedAt)
{
    public static RunSummary Of(RunEntry run) => new(
        run.RunId, run.FlowId, run.Version, run.ContactId, run.ConversationId, run.Trigger, run.State, run.Reason, run.Step, run.Due, run.StartedAt, run.UpdatedAt);
}

/// <summary>A run with all that it did.</summary>
/// <param name="FlowName">Null: the flow is gone.</param>
/// <param name="Step">Where it is, or failed; null: it is over otherwise.</param>
/// <param name="Variables">Of the flow that was started, not of the sub-flows that it calls.</param>
/// <param name="Value">What it returned.</param>
internal sealed record RunView(
    string Id, string FlowId, string? FlowName, int Version, string ContactId, string? ConversationId, string Trigger, RunState State, string? Reason, string? Error, string? Step, RunWaitView? Wait,
    IReadOnlyDictionary<string, JsonElement> Variables, JsonElement? Value, DateTimeOffset StartedAt, DateTimeOffset UpdatedAt, IReadOnlyList<RunStepView> Steps)
{
    public static RunView Of(Run run, IReadOnlyList<RunHistory> history, string? flowName)
    {
        var first = run.Frames.Count > 0 ? run.Frames[0] : null;
        return new(
            run.Id, run.FlowId, flowName, run.Version, run.ContactId, run.ConversationId, run.Trigger, run.State, run.Reason, run.Error, RunIndex.EntryOf(run).Step,
            run.Wait is { } wait ? new RunWaitView(wait.Kind, wait.Since, wait.Due) : null, first?.Variables ?? new Dictionary<string, JsonElement>(), run.Value, run.StartedAt, run.UpdatedAt,
            [.. history.OrderBy(one => one.Number).SelectMany(one => one.Entries.Select(entry => RunStepView.Of(entry, one.By)))]);
    }
}

/// <param name="Due">When time alone ends it; null: never.</param>
internal sealed record RunWaitView(WaitKind Kind, DateTimeOffset Since, DateTimeOffset? Due);

/// <summary>One step that was taken.</summary>
/// <param name="Visit">Counts the steps of the run; one that waited may stand there twice, with what it said and with how it ended.</param>
/// <param name="Flow">The sub-flow that it belongs to; null: it is the run's own.</param>
/// <param name="Outcome">Null: it has none yet, or the run ended there.</param>
/// <param name="Findings">What its conditions found.</param>
/// <param name="By">What moved the run on: the message that came, or a word.</param>
/// <param name="Cut">That message was longer than runs remember: texts and variables have its beginning, the conversation has all of it.</param>
internal sealed record RunStepView(
    int Visit, string Step, string Type, string? Flow, DateTimeOffset EnteredAt, DateTimeOffset At, string? Outcome, string? Next, string? Error, IReadOnlyList<string> MessageIds,
    IReadOnlyList<string> Texts, IReadOnlyList<FilterFinding> Findings, string By, bool Cut)
{
    public static RunStepView Of(StepEntry entry, string by) => new(
        entry.Visit, entry.Step, entry.Type, entry.Flow, entry.EnteredAt, entry.At, entry.Outcome, entry.Next, entry.Error, entry.MessageIds, entry.Texts, entry.Findings, by, entry.Cut);
}
