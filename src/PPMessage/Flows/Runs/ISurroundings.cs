using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Agents.Teams;
using PPMessage.Contacts;
using PPMessage.Contacts.Attributes;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>What a run has to find out on its way, and no more. The engine asks the workspace, the simulator its description. Nothing that a contact would notice is done by asking.</summary>
internal interface ISurroundings
{
    /// <summary>The run's contact as it is stored; null: it is gone. Asked at most once a transition, and only by steps that need it.</summary>
    ValueTask<Person?> PersonAsync(bool withPresence, CancellationToken cancellation);

    /// <summary>How a text would go to the contact, and whether it can.</summary>
    ValueTask<SayPlan> PlanAsync(Saying saying, Conversation conversation, CancellationToken cancellation);

    /// <summary>Whom a rule gives the conversation.</summary>
    ValueTask<Choice> ChooseAsync(ChoiceOf choice, Conversation conversation, CancellationToken cancellation);
}

/// <param name="Online">Null: unknown, or never on the site.</param>
internal sealed record Person(Contact Contact, bool? Online);

/// <summary>What a flow wants to say.</summary>
/// <param name="Key">Of the step's visit: the message's id is made of it.</param>
/// <param name="Place">How many effects of the same transition come before it.</param>
/// <param name="ChannelKind">Null: as the contact's last message came.</param>
/// <param name="AgentId">In whose name; null: the flow's own.</param>
internal sealed record Saying(string Key, int Place, string Text, string? Subject, string? ChannelKind, string? AgentId, string FlowId, string FlowName);

/// <summary>What would become of it.</summary>
/// <param name="Problem">Why it can't be said at all; null: it can.</param>
/// <param name="Stopped">The contact must not be messaged there: it is recorded as suppressed, and nothing leaves.</param>
/// <param name="Composed">The message as it would be written; null in a simulation.</param>
internal sealed record SayPlan(string? Problem, bool Stopped, string MessageId, string ChannelKind, Composed? Composed)
{
    /// <summary>The thread in which its answer will come; null: the run's own.</summary>
    public string? AnsweredIn { get; init; }
}

/// <param name="Team">Null: none, or the conversation's.</param>
/// <param name="Rule">Null: that of the team, or the workspace.</param>
/// <param name="Among">Whoever is not named here is not chosen; null: everybody may be.</param>
internal sealed record ChoiceOf(string? Team, AssignmentRule? Rule, IReadOnlyList<string>? Among);

/// <param name="Waits">Nobody can take it now: it waits to be handed out.</param>
internal readonly record struct Choice(string? AgentId, bool Waits);

/// <summary>What all runs see alike at a moment.</summary>
internal sealed record Workplace(IReadOnlyList<Agent> Agents, IReadOnlyList<Team> Teams, BusinessHours Hours, KnownAttributes Attributes)
{
    public Agent? Find(string? id) => id is null ? null : Agents.FirstOrDefault(agent => agent.Id == id);

    /// <summary>A team's own hours, else the workspace's; hours that were never set are always open.</summary>
    public bool IsOpen(string? team, DateTimeOffset at)
    {
        var hours = Teams.FirstOrDefault(one => one.Id == team)?.BusinessHours ?? Hours;
        return IsUnset(hours) || hours.IsOpen(at);
    }

    /// <summary>Null: it stays closed for more than a year.</summary>
    public DateTimeOffset? NextOpening(string? team, DateTimeOffset at)
    {
        var hours = Teams.FirstOrDefault(one => one.Id == team)?.BusinessHours ?? Hours;
        return IsUnset(hours) ? at : hours.NextOpening(at);
    }

    private static bool IsUnset(BusinessHours hours) => hours.Version == 0 && hours.Weekly.Count == 0 && hours.MakeUpDays.Count == 0;
}
