using PPMessage.Agents;

namespace PPMessage.Conversations;

/// <summary>
/// Who sees a new message: a new sender's everybody; a known sender's the agent whose conversation it is, else the one who answered last,
/// if on duty, otherwise everybody. Pure.
/// </summary>
internal static class Assignment
{
    /// <returns>The assignee, or null: everybody.</returns>
    public static string? Assignee(string? current, string? lastAgent, IReadOnlyDictionary<string, Availability> agents)
    {
        if (current is not null && IsOnDuty(current, agents)) return current;
        return lastAgent is not null && IsOnDuty(lastAgent, agents) ? lastAgent : null;
    }

    // Busy agents keep the people they know; only who is away or gone does not.
    private static bool IsOnDuty(string agent, IReadOnlyDictionary<string, Availability> agents) =>
        agents.TryGetValue(agent, out var availability) && availability != Availability.Away;
}
