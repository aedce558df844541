using System.Text.Json.Serialization;
using PPMessage.Agents.Hours;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Agents.Teams;

/// <summary>Agents who share conversations, as stored. Its members are the agents that name it: their rows alone say so.</summary>
internal sealed record Team
{
    public const string IdPrefix = "tm_";

    /// <summary>How many one agent may belong to: an agent and all its teams change in one transaction.</summary>
    public const int MostOfAgent = 40;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public AssignmentRule Assignment { get; init; } = AssignmentRule.Everybody;

    /// <summary>Null: the workspace's.</summary>
    public BusinessHours? BusinessHours { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes, those of who belongs to it included.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>A team as the API shows it.</summary>
internal sealed record TeamView(
    string Id, string Name, IReadOnlyList<string> Members, AssignmentRule Assignment, HoursFields? BusinessHours, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static TeamView Of(Team team, IEnumerable<Agent> agents) => new(
        team.Id, team.Name, [.. agents.Where(agent => agent.Teams.Contains(team.Id)).Select(agent => agent.Id)], team.Assignment,
        team.BusinessHours is { } hours ? HoursFields.Of(hours) : null, team.CreatedAt, team.UpdatedAt);
}

/// <summary>What of a team the audit log tells before and after.</summary>
internal sealed record TeamAudit(string Name, IReadOnlyList<string> Members, AssignmentRule Assignment, HoursFields? BusinessHours)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(TeamView? before, TeamView? after) => AuditChanges.Between(Of(before), Of(after), TeamJson.Default.TeamAudit);

    private static TeamAudit? Of(TeamView? team) => team is null ? null : new(team.Name, team.Members, team.Assignment, team.BusinessHours);
}

internal sealed record NameClaim(string TeamId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(UtcTime), typeof(Words<AssignmentMethod>), typeof(Words<DayOfWeek>), typeof(ClockRangeJson)])]
[JsonSerializable(typeof(Team))]
[JsonSerializable(typeof(NameClaim))]
[JsonSerializable(typeof(AssignmentSetting))]
[JsonSerializable(typeof(AssignmentRule))]
[JsonSerializable(typeof(TeamView))]
[JsonSerializable(typeof(TeamAudit))]
[JsonSerializable(typeof(Page<TeamView>))]
internal sealed partial class TeamJson : JsonSerializerContext
{
    static TeamJson() => Default = new TeamJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
