using System.Text.Json;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Functions;

/// <summary>How tests that only have HTTP publish flows and look at their runs.</summary>
internal sealed class FlowDoor(PublishedWorkspace workspace)
{
    /// <summary>Publishes flows one after the other and starts them; each may name those before it.</summary>
    /// <param name="definitions">Of the ids so far.</param>
    public async Task<IReadOnlyList<string>> PublishAsync(params IReadOnlyList<Func<IReadOnlyList<string>, string>> definitions)
    {
        var ids = new List<string>();
        foreach (var definition in definitions) ids.Add(await PublishAsync(definition(ids)));
        return ids;
    }

    /// <summary>State and reason of each run of a flow.</summary>
    public async Task<IReadOnlyList<(string State, string? Reason)>> RunsAsync(string flowId) =>
        [.. (await workspace.ListAsync($"/api/flows/{flowId}/runs")).Select(run => (run.Word("state"), run.GetProperty("reason").GetString()))];

    private async Task<string> PublishAsync(string definition)
    {
        var flow = await workspace.PostAsync("/api/flows", new { definition = JsonSerializer.Deserialize<JsonElement>(definition) });
        await workspace.PostAsync($"/api/flows/{flow.Word("id")}/publish", new { });
        return flow.Word("id");
    }
}
