using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Flows.Calls;

namespace PPMessage.Flows.Simulation;

/// <summary>What is to happen in a simulation, as it was written and read. Immutable.</summary>
/// <param name="At">When it begins; null: now.</param>
/// <param name="Message">What starts it; null: nothing is said.</param>
/// <param name="Agents">In place of the real ones; null: those.</param>
/// <param name="LastAgent">Who answered last, by id or name; null: nobody.</param>
/// <param name="Conversation">Null: it opens with what happens.</param>
/// <param name="CallsWork">What comes of a call of a program for which no answer is left: an empty one, or none.</param>
/// <param name="Events">In order; times count from the one before.</param>
/// <param name="Answers">Of programs that are called.</param>
internal sealed record Script(
    DateTimeOffset? At, ScriptContact Contact, ScriptMessage? Message, IReadOnlyList<ScriptAgent>? Agents, string? LastAgent, ScriptConversation? Conversation,
    IReadOnlyDictionary<string, JsonElement> Variables, bool CallsWork, IReadOnlyList<ScriptEvent> Events, IReadOnlyList<ScriptAnswer> Answers);

/// <param name="Id">Of a real one, which is read and not changed; null: it is described.</param>
/// <param name="Online">Null: unknown, or the real one's.</param>
internal sealed record ScriptContact(string? Id, Contact Described, bool? Online)
{
    /// <summary>The script says all addresses that it has, be it none; otherwise some are taken for granted.</summary>
    public bool SaysAddresses { get; init; }
}

/// <param name="ChannelKind">Null: that of the flow's trigger, or of what is there.</param>
internal sealed record ScriptMessage(string Text, string? Subject, string? ChannelKind);

/// <param name="Id">Null: its name.</param>
/// <param name="Teams">By id or name.</param>
internal sealed record ScriptAgent(string? Id, string Name, Availability Availability, IReadOnlyList<string> Teams);

/// <param name="Assignee">By id or name; null: nobody.</param>
/// <param name="Team">By id or name; null: none.</param>
/// <param name="IsNew">Whether it opens with what happens.</param>
internal sealed record ScriptConversation(string? Assignee, string? Team, IReadOnlyList<string> Tags, string? Subject, string? ChannelKind, bool IsNew);

/// <summary>Something that happens from outside.</summary>
/// <param name="After">Time passes before it.</param>
internal abstract record ScriptEvent(TimeSpan After)
{
    /// <summary>The contact writes.</summary>
    internal sealed record Reply(TimeSpan After, string Text) : ScriptEvent(After);

    /// <summary>An agent answers.</summary>
    /// <param name="Agent">By id or name; null: whoever has the conversation, else somebody on duty.</param>
    /// <param name="Place">Where the script names the agent.</param>
    internal sealed record AgentActs(TimeSpan After, string? Agent, string Place) : ScriptEvent(After);

    /// <summary>Nothing happens but that time passes.</summary>
    internal sealed record Passing(TimeSpan After) : ScriptEvent(After);
}

/// <summary>Something that a script names and that is not there.</summary>
internal sealed record ScriptMistake(string Place, string Message);

/// <summary>What a program answers.</summary>
/// <param name="Step">The step that calls it; null: whichever calls next.</param>
/// <param name="Status">0: nothing at all.</param>
internal sealed record ScriptAnswer(string? Step, int Status, string Body)
{
    public static readonly ScriptAnswer Empty = new(null, 200, "{}");

    public static readonly ScriptAnswer None = new(null, 0, string.Empty);

    public CallAnswer AsCall => Status == 0
        ? CallAnswer.None("No answer came.", mayBeRetried: true)
        : new CallAnswer(Status, "application/json", Body, Status is >= 200 and < 300 ? null : CallWords.Of(Status), CallReading.MayBeRetried(Status), null, 0);
}
