using PPMessage.Agents;

namespace PPMessage.Conversations;

/// <summary>
/// Who sees a new message: a new sender's everybody; a known sender's the agent whose conversation it is, else the one who answered last,
/// if on duty, otherwise whomever the rule picks (<see cref="Assigning.Assigner"/>), or everybody. Pure.
/// </summary>
internal static class Assignment
{
    /// <param name="team">The conversation's: who answered last gets it only as a member. Null: none.</param>
    /// <returns>The assignee, or null: nobody whom the sender knows.</returns>
    public static string? Assignee(string? current, string? team, string? lastAgent, IReadOnlyDictionary<string, Agent> agents)
    {
        if (OnDuty(current, agents) is not null) return current;
        return OnDuty(lastAgent, agents) is { } last && (team is null || last.Teams.Contains(team)) ? last.Id : null;
    }

    // Busy agents keep the people they know; only who is away or gone does not.
    private static Agent? OnDuty(string? id, IReadOnlyDictionary<string, Agent> agents) =>
        id is not null && agents.TryGetValue(id, out var agent) && agent.Availability != Availability.Away ? agent : null;
}
