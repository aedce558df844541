using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Simulation;

/// <summary>Makes of a script, and of what there is, what a simulation begins with. Pure.</summary>
internal static class Staging
{
    // Of nobody's: as long as a real one.
    private static readonly string Nowhere = new('0', Ids.ThreadLength);

    /// <summary>The kind of channel that script or flow name; null: neither does.</summary>
    public static string? KindIn(FlowDefinition flow, Script script) => script.Message?.ChannelKind ?? script.Conversation?.ChannelKind ?? flow.Trigger.ChannelKind;

    /// <summary>Who is described alike goes alike, where a flow splits.</summary>
    public static Contact Described(Contact contact, DateTimeOffset at)
    {
        var known = contact.Phones.Concat(contact.Emails).Append(contact.ExternalId).Append(contact.Name).OfType<string>().FirstOrDefault() ?? string.Empty;
        return contact with { Id = $"ct_{Ids.Hash(known)}", FirstSeenAt = at, CreatedAt = at, UpdatedAt = at };
    }

    public static Scene Of(FlowDefinition flow, Script script, Person person, Via via, Workplace real, World world, DateTimeOffset at)
    {
        var workplace = Staffed(real, script.Agents, at);
        var hears = flow.Trigger.On == TriggerWord.MessageReceived;
        var message = hears ? new HeardMessage(string.Empty, script.Message?.Text ?? string.Empty, script.Message?.Subject, via.Kind, via.ChannelId, false, at).Cut() : null;
        var isNew = script.Conversation is not { IsNew: false } && !IsAbout(flow.Trigger.On);
        var conversation = ConversationOf(script, person.Contact, via, message, isNew, workplace, at) with { Status = flow.Trigger.On == TriggerWord.ConversationResolved ? ConversationStatus.Resolved : ConversationStatus.Open };
        var isNowhere = via.IsNowhere && isNew && !hears;
        return new Scene(flow, script, at, person, conversation, message, workplace, isNowhere ? null : AgentOf(workplace, script.LastAgent), via.ReadsOptOut, world)
        {
            IsNew = isNew && !isNowhere,
            IsNowhere = isNowhere,
            Warnings = hears == script.Message is not null ? []
                : hears ? ["A message starts this flow, and the script has none: an empty one does."]
                : [$"No message starts this flow, but {Triggers.Word(flow.Trigger.On)}: the script's is left out."],
        };
    }

    // Whatever happens to a conversation happens to one that is there.
    private static bool IsAbout(TriggerWord on) => on is TriggerWord.ConversationOpened or TriggerWord.ConversationResolved;

    private static Conversation ConversationOf(Script script, Contact contact, Via via, HeardMessage? message, bool isNew, Workplace workplace, DateTimeOffset at)
    {
        var told = script.Conversation ?? new ScriptConversation(null, null, [], null, null, IsNew: true);
        return new Conversation
        {
            Id = $"{ThreadKeys.ConversationPrefix}{Ids.SeededUlid(at, contact.Id)}{Nowhere}", ChannelId = via.ChannelId, ChannelKind = via.Kind, ContactId = contact.Id, ContactName = contact.Name,
            Address = contact.Phones.Concat(contact.Emails).FirstOrDefault() ?? string.Empty, Subject = told.Subject ?? message?.Subject, Tags = told.Tags,
            Assignee = AgentOf(workplace, told.Assignee), Team = TeamOf(workplace, told.Team), CreatedAt = at, LastActivityAt = at,
            // The message that starts it, and one before it where the conversation is no new one.
            MessageCount = (message is null ? 0 : 1) + (isNew ? 0 : 1),
        };
    }

    private static Workplace Staffed(Workplace real, IReadOnlyList<ScriptAgent>? agents, DateTimeOffset at) => agents is null ? real : real with
    {
        Agents = [.. agents.Select(agent => new Agent
        {
            Id = agent.Id ?? agent.Name, Name = agent.Name, Role = Role.Agent, Availability = agent.Availability, Teams = [.. agent.Teams.Select(team => TeamOf(real, team)!)],
            TokenHash = string.Empty, CreatedAt = at, UpdatedAt = at,
        })],
    };

    /// <param name="named">By id or name.</param>
    public static Agent? Find(Workplace workplace, string named) => workplace.Agents.FirstOrDefault(agent => agent.Id == named || agent.Name == named);

    // Who has left may still be the last one who answered.
    private static string? AgentOf(Workplace workplace, string? named) => named is null ? null : Find(workplace, named)?.Id ?? named;

    private static string? TeamOf(Workplace workplace, string? named) => workplace.Teams.FirstOrDefault(team => team.Id == named || team.Name == named)?.Id ?? named;
}

/// <summary>How contact and workspace talk.</summary>
/// <param name="ChannelId">Empty: no channel of the kind is active.</param>
/// <param name="ReadsOptOut">Whether STOP and its like are understood there.</param>
internal sealed record Via(string Kind, string ChannelId, bool ReadsOptOut)
{
    /// <summary>No active channel reaches the contact: where no conversation is there, none opens.</summary>
    public bool IsNowhere { get; init; }
}
