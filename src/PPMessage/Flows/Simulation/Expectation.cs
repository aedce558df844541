namespace PPMessage.Flows.Simulation;

/// <summary>What is to come of a case. Each check looks at one thing, and says what is wrong with it.</summary>
internal sealed record Expectation(IReadOnlyList<Check> Checks)
{
    /// <summary>What came otherwise, each with what was expected; none: it is as expected.</summary>
    public IReadOnlyList<string> Failures(SimulationView played) => [.. Checks.Select(check => check(played)).OfType<string>()];
}

/// <returns>What was expected and what came, for people; null: it is so.</returns>
internal delegate string? Check(SimulationView played);
