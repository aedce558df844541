using PPMessage.Agents.Teams;

namespace PPMessage.Conversations.Assigning;

/// <summary>To whom a conversation goes by its rule. Pure.</summary>
internal static class Picking
{
    /// <param name="ready">Who may be given one, in the order of turns.</param>
    /// <param name="last">Whose turn it was last; null: nobody's yet.</param>
    /// <param name="load">Open conversations by agent; who is missing has none.</param>
    /// <param name="chance">Any number from 0 to 1, without 1.</param>
    /// <returns>Null: nobody, for everybody to take, or because all have as many as they may.</returns>
    public static string? Pick(AssignmentRule rule, IReadOnlyList<string> ready, string? last, IReadOnlyDictionary<string, int> load, double chance)
    {
        var free = rule.Capacity is { } capacity ? ready.Where(agent => load.GetValueOrDefault(agent) < capacity).ToList() : ready;
        if (free.Count == 0) return null;
        return rule.Method switch
        {
            AssignmentMethod.InTurn => Next(free, last),
            AssignmentMethod.Random => free[(int)(chance * free.Count)],
            AssignmentMethod.LeastBusy => Next(LeastBusy(free, load), last),
            _ => null,
        };
    }

    // Who came or went meanwhile changes nothing about whose turn it is.
    private static string Next(IReadOnlyList<string> agents, string? last) =>
        agents.FirstOrDefault(agent => string.CompareOrdinal(agent, last) > 0) ?? agents[0];

    private static IReadOnlyList<string> LeastBusy(IReadOnlyList<string> agents, IReadOnlyDictionary<string, int> load)
    {
        var least = agents.Min(agent => load.GetValueOrDefault(agent));
        return [.. agents.Where(agent => load.GetValueOrDefault(agent) == least)];
    }
}
