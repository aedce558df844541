using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Channels;
using PPMessage.Conversations;
using PPMessage.Flows.Runs;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>A described world in place of the real one: what is said is kept, nothing is sent. For one simulation; not thread-safe.</summary>
internal sealed class SimulatedSurroundings(Scene scene) : ISurroundings
{
    private readonly List<(int Visit, string Text)> _notes = [];
    private readonly HashSet<string> _unchecked = [];

    private StepScope _scope = null!;

    /// <summary>As it is by now.</summary>
    public Contacts.Contact Contact { get; private set; } = scene.Person.Contact;

    /// <summary>The contact has written STOP, and not START since.</summary>
    public bool Stopped { get; set; }

    public List<SimulatedText> Texts { get; } = [];

    /// <summary>Kinds of channels for which nobody could say what can be expressed.</summary>
    public IEnumerable<string> Unchecked => _unchecked;

    /// <summary>A transition begins.</summary>
    public void Begin(StepScope scope) => _scope = scope;

    public void Change(ContactChange change) => Contact = ContactChanges.Apply(Contact, change);

    public void Note(int visit, string text) => _notes.Add((visit, text));

    /// <summary>What was decided for a visit so far; each is told once.</summary>
    public IReadOnlyList<string> TakeNotes(int visit)
    {
        var taken = _notes.Where(note => note.Visit == visit).Select(note => note.Text).ToList();
        _notes.RemoveAll(note => note.Visit == visit);
        return taken;
    }

    public ValueTask<Person?> PersonAsync(bool withPresence, CancellationToken cancellation) => new(new Person(Contact, withPresence ? scene.Person.Online : null));

    public async ValueTask<SayPlan> PlanAsync(Saying saying, Conversation conversation, CancellationToken cancellation)
    {
        var agent = scene.Workplace.Find(saying.AgentId);
        if (saying.AgentId is not null && agent is null) return Not($"There is no agent {saying.AgentId}.");
        var kind = saying.ChannelKind ?? conversation.ChannelKind;
        var channel = await scene.World.Channel(kind, cancellation);
        if (channel is null) _unchecked.Add(kind);
        else if (Mistake(channel, kind, saying, conversation) is { } mistake) return Not(mistake);
        if (Stopped && kind == conversation.ChannelKind) return new SayPlan(null, true, string.Empty, kind, null);
        Texts.Add(new SimulatedText(_scope.Now, agent?.Name ?? saying.FlowName, kind, saying.Subject, saying.Text));
        return new SayPlan(null, false, string.Empty, kind, null);
    }

    /// <summary>Turns, chance and load are the real workspace's: here the first who is ready takes it.</summary>
    public async ValueTask<Choice> ChooseAsync(ChoiceOf choice, Conversation conversation, CancellationToken cancellation)
    {
        var rule = choice.Rule ?? await scene.World.Rule(choice.Team, cancellation);
        if (rule.Method == AssignmentMethod.All)
        {
            Note(_scope.Run.Visit, "By the rule \"all\" nobody is assigned: everybody may take it.");
            return new Choice(null, Waits: false);
        }

        var chosen = First(choice);
        Note(_scope.Run.Visit, $"By the rule \"{Words<AssignmentMethod>.Of(rule.Method)}\" {(chosen is null ? "nobody can take it" : $"{chosen.Name} takes it: the first by id, in a simulation")}.");
        return new Choice(chosen?.Id, Waits: chosen is null);
    }

    /// <summary>As the workspace does with a conversation that waits: whoever is free gets it, where a rule assigns.</summary>
    public async ValueTask<Conversation> HandOutAsync(Conversation conversation, int visit, CancellationToken cancellation)
    {
        if (conversation is not { Status: ConversationStatus.Open, Assignee: null, HeldBy: null }) return conversation;
        if ((await scene.World.Rule(conversation.Team, cancellation)).Method == AssignmentMethod.All || First(new ChoiceOf(conversation.Team, null, null)) is not { } chosen) return conversation;
        Note(visit, $"The conversation waits and is handed out: {chosen.Name} gets it, the first by id, in a simulation.");
        return conversation with { Assignee = chosen.Id };
    }

    private Agent? First(ChoiceOf choice) =>
        scene.Workplace.Agents.Where(agent => choice.Among?.Contains(agent.Id) ?? agent.Availability == Availability.Ready)
            .Where(agent => choice.Team is null || agent.Teams.Contains(choice.Team)).MinBy(agent => agent.Id, StringComparer.Ordinal);

    private string? Mistake(SimulatedChannel channel, string kind, Saying saying, Conversation conversation)
    {
        if (kind != conversation.ChannelKind && Contact.First(channel.Reaches) is null) return $"It can't be said there: channelId the contact has no address for {kind}.";
        var subject = saying.Subject ?? (channel.HasSubject ? conversation.Subject : null);
        var check = channel.Check(new OutboundContent(subject, saying.Text, null, []));
        return check.Problem is { } problem ? $"It can't be said there: {check.Field} {problem}." : null;
    }

    private static SayPlan Not(string why) => new(why, false, string.Empty, string.Empty, null);
}
