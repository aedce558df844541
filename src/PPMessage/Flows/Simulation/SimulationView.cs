using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Conversations;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>What came of a simulation.</summary>
/// <param name="State">A run's state in a word, or <see cref="NotStarted"/>.</param>
/// <param name="Reason">Why it is over; null while it is not.</param>
/// <param name="Error">What went wrong, for people.</param>
/// <param name="Value">What the flow returned.</param>
/// <param name="Variables">As the flow's own were at the end.</param>
/// <param name="Texts">What the contact would have got.</param>
/// <param name="EndedAt">On the simulated clock.</param>
/// <param name="Warnings">Where the simulation may differ from what really happens, and what of the script had no effect.</param>
internal sealed record SimulationView(
    string State, string? Reason, string? Error, JsonElement? Value, IReadOnlyDictionary<string, JsonElement> Variables, SimulatedConversation Conversation, SimulatedContact Contact,
    IReadOnlyList<SimulatedText> Texts, IReadOnlyList<TraceEntry> Trace, DateTimeOffset EndedAt, IReadOnlyList<string> Warnings)
{
    public const string NotStarted = "not_started";
}

/// <param name="AssigneeName">Null: nobody has it, or the agent is not known.</param>
internal sealed record SimulatedConversation(ConversationStatus Status, string? Assignee, string? AssigneeName, string? Team, IReadOnlyList<string> Tags)
{
    public static SimulatedConversation Of(Conversation conversation, Runs.Workplace workplace) =>
        new(conversation.Status, conversation.Assignee, workplace.Find(conversation.Assignee)?.Name, conversation.Team, conversation.Tags);
}

internal sealed record SimulatedContact(string? Name, IReadOnlyList<string> Tags, IReadOnlyDictionary<string, JsonElement> Attributes);

/// <param name="By">In whose name: an agent's, or the flow's.</param>
internal sealed record SimulatedText(DateTimeOffset At, string By, string ChannelKind, string? Subject, string Text);

/// <summary>What a step did, or that the run is parked there.</summary>
/// <param name="Visit">Steps taken up to here; two entries with one number are of one visit.</param>
/// <param name="Flow">The sub-flow that the step belongs to; null: the flow itself.</param>
/// <param name="Outcome">Null: the run is parked there, went to a sub-flow or is over.</param>
/// <param name="Texts">What it said or noted.</param>
/// <param name="Notes">What the simulation decided in place of the world.</param>
/// <param name="Findings">What its conditions found.</param>
/// <param name="WaitsUntil">When its waiting ends by itself; null: it does not wait.</param>
internal sealed record TraceEntry(
    DateTimeOffset At, int Visit, string Step, string Type, string? Flow, string? Outcome, string? Next, string? Error, IReadOnlyList<string> Texts, IReadOnlyList<string> Notes,
    IReadOnlyList<FilterFinding> Findings, DateTimeOffset? WaitsUntil);

/// <summary>What came of a flow's own cases.</summary>
internal sealed record FlowTestsView(int Passed, int Failed, IReadOnlyList<FlowTestResult> Results);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<ConversationStatus>)])]
[JsonSerializable(typeof(SimulationView))]
[JsonSerializable(typeof(FlowTestsView))]
internal sealed partial class SimulationJson : JsonSerializerContext
{
    static SimulationJson() => Default = new SimulationJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
