using System.Text.Json.Serialization;
using PPMessage.Conversations;
using PPMessage.Filters;

namespace PPMessage.Flows.Runs;

/// <summary>What one signal made of a run: everything that is to be committed together.</summary>
/// <param name="Conversation">As it is to be; the same instance when nothing about it changes.</param>
/// <param name="Waits">The conversation waits to be handed out.</param>
internal sealed record Transition(Run Before, Run After, IReadOnlyList<StepEntry> Entries, IReadOnlyList<Effect> Effects, Conversation? Conversation, bool Waits);

/// <summary>One step that a run has taken, for people.</summary>
/// <param name="Flow">The flow that it belongs to, where that is a sub-flow.</param>
/// <param name="Outcome">Null: it is where the run ended, or went to a sub-flow.</param>
/// <param name="MessageIds">What it said or noted.</param>
/// <param name="Findings">What its conditions found.</param>
internal sealed record StepEntry(
    int Visit, string Step, string Type, string? Flow, DateTimeOffset EnteredAt, DateTimeOffset At, string? Outcome, string? Next, string? Error,
    IReadOnlyList<string> MessageIds, IReadOnlyList<string> Texts, IReadOnlyList<FilterFinding> Findings)
{
    /// <summary>The message that it took was longer than runs remember (<see cref="HeardMessage.LongestText"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Cut { get; init; }
}

/// <summary>Row <c>h|{run}|{n}</c>: one transition.</summary>
/// <param name="By">The signal, in a word.</param>
internal sealed record RunHistory(int Number, DateTimeOffset At, string By, IReadOnlyList<StepEntry> Entries);
