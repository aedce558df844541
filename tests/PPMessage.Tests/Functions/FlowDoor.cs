using System.Net;
using System.Text.Json;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;

namespace PPMessage.Tests.Functions;

/// <summary>How tests that only have HTTP publish flows and look at their runs. Where the program has no API for flows yet, by its store, while it does not run.</summary>
internal sealed class FlowDoor(PublishedWorkspace workspace, HeadProcess head, string dataDirectory)
{
    private bool _hasApi;

    /// <summary>Publishes flows one after the other and starts them; each may name those before it.</summary>
    /// <param name="definitions">Of the ids so far.</param>
    public async Task<IReadOnlyList<string>> PublishAsync(params IReadOnlyList<Func<IReadOnlyList<string>, string>> definitions)
    {
        var ids = new List<string>();
        if (_hasApi = await HasApiAsync())
        {
            foreach (var definition in definitions) ids.Add(await PublishAsync(definition(ids)));
            return ids;
        }

        head.Kill();
        await using (var store = new EmbeddedStore(dataDirectory, TimeProvider.System))
            foreach (var definition in definitions) ids.Add(await new FlowStore(store).PublishAsync(definition(ids), null, TimeProvider.System.GetUtcNow()));
        await head.StartAgainAsync();
        return ids;
    }

    /// <summary>State and reason of each run of a flow. Ends the program where it has no API for it.</summary>
    public async Task<IReadOnlyList<(string State, string? Reason)>> RunsAsync(string flowId)
    {
        if (_hasApi) return [.. (await workspace.ListAsync($"/api/flows/{flowId}/runs")).Select(run => (run.Word("state"), run.GetProperty("reason").GetString()))];
        head.Kill();
        await using var store = new EmbeddedStore(dataDirectory, TimeProvider.System);
        var runs = new List<RunEntry>();
        for (var shard = 0; shard < 8; shard++)
            runs.AddRange((await store.ReadAllAsync(Tables.Inbox, $"{shard}", RowRange.Prefix(RunIndex.Prefix(flowId)), default)).Select(row => row.As(FlowJson.Default.RunEntry)));
        return [.. runs.Select(run => (PPMessage.Http.Words<RunState>.Of(run.State), run.Reason))];
    }

    private async Task<string> PublishAsync(string definition)
    {
        var flow = await workspace.PostAsync("/api/flows", new { definition = JsonSerializer.Deserialize<JsonElement>(definition) });
        await workspace.PostAsync($"/api/flows/{flow.Word("id")}/publish", new { });
        return flow.Word("id");
    }

    private async Task<bool> HasApiAsync()
    {
        using var answer = await head.Client.GetAsync("/api/flows");
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
