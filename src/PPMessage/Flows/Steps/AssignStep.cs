using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;

namespace PPMessage.Flows.Steps;

/// <summary>Whom a conversation goes to.</summary>
internal enum AssignTo
{
    /// <summary>Everybody: nobody in particular has it.</summary>
    All,

    /// <summary>Whoever has it, else whoever answered the contact last, while on duty.</summary>
    LastAgent,

    /// <summary>One agent.</summary>
    Agent,

    /// <summary>A team, and one of it by its rule or <c>method</c>.</summary>
    Team,

    /// <summary>As the rule of the workspace, or of the conversation's team, says.</summary>
    Rule,
}

/// <summary>How an agent has to be in order to be given a conversation.</summary>
internal enum AgentMust
{
    /// <summary>Ready or busy.</summary>
    BeOnDuty,
    BeReady,
    Exist,
}

/// <summary>Gives the conversation to somebody. <c>nobody</c>: there is none who can have it; it then stays as it was, but belongs to the team that was named.</summary>
internal sealed class AssignStep : Step
{
    public const string Word = "assign";
    public const string Assigned = "assigned";
    public const string Nobody = "nobody";

    private const int LongestId = 100;

    public override string Type => Word;

    public override IReadOnlyList<string> Outcomes => To == AssignTo.All ? [Assigned] : [Assigned, Nobody];

    public required AssignTo To { get; init; }

    public required string? AgentId { get; init; }

    public required string? TeamId { get; init; }

    public required AgentMust Must { get; init; }

    public required AssignmentMethod? Method { get; init; }

    public static AssignStep Read(StepReader reader)
    {
        var to = reader.Fields.Word<AssignTo>("to", null);
        var step = new AssignStep
        {
            Name = reader.Name,
            To = to,
            AgentId = reader.Fields.OptionalText("agentId", null, LongestId),
            TeamId = reader.Fields.OptionalText("teamId", null, LongestId),
            Must = reader.Fields.Word<AgentMust>("must", to is AssignTo.Team or AssignTo.Rule ? AgentMust.BeReady : AgentMust.BeOnDuty),
            Method = reader.Has("method") ? reader.Fields.Word<AssignmentMethod>("method", null) : null,
        };
        if ((to == AssignTo.Agent) != (step.AgentId is not null)) reader.Refuse("agentId", to == AssignTo.Agent ? "is required" : "goes with to: agent only");
        if ((to == AssignTo.Team) != (step.TeamId is not null)) reader.Refuse("teamId", to == AssignTo.Team ? "is required" : "goes with to: team only");
        if (step.Method is not null && to is not (AssignTo.Team or AssignTo.Rule)) reader.Refuse("method", "goes with to: team and to: rule only");
        return step;
    }

    public override async ValueTask<Move> EnterAsync(StepScope scope, CancellationToken cancellation)
    {
        if (scope.Conversation is not { } conversation) return Move.Failed("The run has no conversation.");
        switch (To)
        {
            case AssignTo.All:
                scope.Conversation = conversation with { Assignee = null };
                return new Move.On(Assigned);
            case AssignTo.LastAgent:
                var agents = scope.Workplace.Agents.Where(Fits).ToDictionary(agent => agent.Id);
                return Given(scope, conversation, Assignment.Assignee(conversation.Assignee, conversation.Team, scope.LastAgent, agents));
            case AssignTo.Agent:
                return Given(scope, conversation, scope.Workplace.Find(AgentId) is { } agent && Fits(agent) ? agent.Id : null);
            default:
                return await ByRuleAsync(scope, conversation, cancellation);
        }
    }

    private bool Fits(Agent agent) => Must switch
    {
        AgentMust.BeReady => agent.Availability == Availability.Ready,
        AgentMust.BeOnDuty => agent.Availability != Availability.Away,
        _ => true,
    };

    // Whoever had it and is away has it no more: everybody sees it.
    private Move.On Given(StepScope scope, Conversation conversation, string? agent)
    {
        if (agent is null && To == AssignTo.Agent) return new Move.On(Nobody);
        scope.Conversation = conversation with { Assignee = agent };
        return new Move.On(agent is null ? Nobody : Assigned);
    }

    private async ValueTask<Move> ByRuleAsync(StepScope scope, Conversation conversation, CancellationToken cancellation)
    {
        if (TeamId is not null && scope.Workplace.Teams.All(team => team.Id != TeamId)) return Move.Failed($"There is no team {TeamId}.");
        if (TeamId is not null && conversation.Team != TeamId) scope.Conversation = conversation = conversation with { Team = TeamId, Assignee = null };
        if (conversation.Assignee is not null) return new Move.On(Assigned);
        // One that waited before waits on, in its place.
        if (TeamId is null && Method is null && !scope.Opens) return new Move.On(Nobody);
        var among = Must == AgentMust.BeReady ? null : scope.Workplace.Agents.Where(Fits).Select(agent => agent.Id).ToList();
        var rule = Method is { } method ? new AssignmentRule(method, null) : null;
        var choice = await scope.Surroundings.ChooseAsync(new ChoiceOf(conversation.Team, rule, among), conversation, cancellation);
        scope.Waits |= choice.Waits;
        if (choice.AgentId is not null) scope.Conversation = conversation with { Assignee = choice.AgentId };
        return new Move.On(choice.AgentId is null ? Nobody : Assigned);
    }
}
