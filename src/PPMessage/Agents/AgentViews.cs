using PPMessage.Audit;

namespace PPMessage.Agents;

/// <summary>An agent as the API shows it: without the token's hash.</summary>
internal record AgentView(
    string Id, string Name, string? Email, Role Role, IReadOnlyList<string> Teams, Availability Availability, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static AgentView Of(Agent agent) =>
        new(agent.Id, agent.Name, agent.Email, agent.Role, agent.Teams, agent.Availability, agent.CreatedAt, agent.UpdatedAt);
}

/// <summary>The answer to the request that drew the token; null in its repeats.</summary>
internal sealed record AgentWithToken : AgentView
{
    public AgentWithToken(Agent agent, string? token) : base(Of(agent)) => Token = token;

    public string? Token { get; }
}

/// <summary>What of an agent the audit log tells before and after.</summary>
internal sealed record AgentAudit(string Name, string? Email, Role Role, IReadOnlyList<string> Teams, Availability Availability, string Token)
{
    public static readonly IReadOnlyDictionary<string, AuditChange> TokenChanged = AuditChanges.Secret("token");

    public static AgentAudit? Of(Agent? agent) =>
        agent is null ? null : new(agent.Name, agent.Email, agent.Role, agent.Teams, agent.Availability, AuditChanges.Set);
}
