using PPMessage.Agents.Teams;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Simulation;

/// <summary>All that a simulation begins with: a script with real things in the places of what it only names.</summary>
/// <param name="Person">As it is at the beginning.</param>
/// <param name="Message">What starts the flow; null: it is no message.</param>
/// <param name="ReadsOptOut">Whether STOP and its like are understood on the conversation's kind of channel.</param>
internal sealed record Scene(
    FlowDefinition Flow, Script Script, DateTimeOffset At, Person Person, Conversation Conversation, HeardMessage? Message, Workplace Workplace, string? LastAgent,
    bool ReadsOptOut, World World)
{
    /// <summary>Whether the conversation opens with what happens.</summary>
    public required bool IsNew { get; init; }

    /// <summary>The contact has no address that an active channel reaches: nothing can be said, and no conversation opens.</summary>
    public bool IsNowhere { get; init; }

    /// <summary>What of the script could not be taken as it stands.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Where the script has somebody act who is not there; null: nowhere.</summary>
    public ScriptMistake? Mistake => Script.Events.OfType<ScriptEvent.AgentActs>()
        .Where(acts => acts.Agent is { } named && Staging.Find(Workplace, named) is null)
        .Select(acts => new ScriptMistake(acts.Place, $"there is no agent {acts.Agent}")).FirstOrDefault();
}

/// <summary>What a simulation asks of the workspace on its way. It only reads.</summary>
/// <param name="Library">For sub-flows.</param>
/// <param name="Channel">The active channel of a kind.</param>
/// <param name="Rule">The team's, or the workspace's.</param>
internal sealed record World(FlowLibrary Library, FlowLimits Limits, FindChannel Channel, FindRule Rule);

/// <returns>Null: no channel of the kind is active.</returns>
internal delegate ValueTask<SimulatedChannel?> FindChannel(string kind, CancellationToken cancellation);

internal delegate ValueTask<AssignmentRule> FindRule(string? team, CancellationToken cancellation);

/// <param name="Reaches">What contacts are reached by.</param>
/// <param name="Check">Whether a text can be expressed there.</param>
internal sealed record SimulatedChannel(AddressKind Reaches, bool HasSubject, Func<OutboundContent, ContentCheck> Check);
