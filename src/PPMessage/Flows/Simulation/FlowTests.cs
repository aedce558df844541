using PPMessage.Flows.Definitions;

namespace PPMessage.Flows.Simulation;

/// <summary>Plays a flow's own cases. Nothing is sent, nothing stored. Thread-safe.</summary>
internal sealed class FlowTests(Simulations simulations)
{
    /// <summary>In the order in which the definition has them; none, where it has none.</summary>
    public async Task<IReadOnlyList<FlowTestResult>> RunAsync(FlowDefinition flow, CancellationToken cancellation)
    {
        var results = new List<FlowTestResult>();
        foreach (var test in flow.Tests)
        {
            var (played, mistake) = await simulations.PlayAsync(flow, test.Given, cancellation);
            var failures = mistake is null ? test.Expected.Failures(played!) : [$"given.{mistake.Place}: {mistake.Message}"];
            results.Add(new FlowTestResult(test.Name, failures.Count == 0, failures));
        }

        return results;
    }
}

/// <param name="Failures">What was expected and what came; none where it passed.</param>
internal sealed record FlowTestResult(string Name, bool Passed, IReadOnlyList<string> Failures);
