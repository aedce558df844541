using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>What the tests of flows do again and again.</summary>
internal static class Publishing
{
    /// <summary>Publishes a definition and starts it, in place of whatever was started for its trigger.</summary>
    /// <param name="id">Of the flow whose next version it is; null: a new flow.</param>
    /// <returns>The flow's id.</returns>
    public static async Task<string> PublishAsync(this Workspace workspace, string definition, string? id = null)
    {
        if (id is null) return await workspace.PublishedAsync(Defined.Of(definition), replace: true);
        Assert.Equal(200, (await workspace.DraftAsync(id, Defined.Of(definition))).Status);
        Assert.Equal(200, (await workspace.PublishDraftAsync(id, replace: true)).Status);
        return id;
    }

    /// <summary>All runs of a contact's conversation, under way or over, oldest first.</summary>
    public static async Task<IReadOnlyList<Run>> RunsAsync(this Workspace workspace, string conversationId)
    {
        var thread = Conversations.ThreadKeysOf(conversationId);
        var store = workspace.Store;
        var live = (await store.ReadRangeAsync("Threads", thread, new PPMessage.Storage.RowRange("0r|", "0s"), 1000, default)).Rows.Select(row => row.As(FlowJson.Default.Run));
        var over = (await store.ReadRangeAsync("Threads", thread, new PPMessage.Storage.RowRange("h|", "h}"), 1000, default)).Rows
            .Where(row => row.Key.Length == 2 + Ids.UlidLength).Select(row => row.As(FlowJson.Default.OverRun).Run);
        return [.. live.Concat(over).OrderBy(run => run.Id, StringComparer.Ordinal)];
    }

    public static async Task<Run> RunAsync(this Workspace workspace, string conversationId, string flowId) =>
        Assert.Single(await workspace.RunsAsync(conversationId), run => run.FlowId == flowId);

    /// <summary>All that the lists of flows say of runs.</summary>
    public static async Task<IReadOnlyList<RunEntry>> RunEntriesAsync(this Workspace workspace)
    {
        var entries = new List<RunEntry>();
        foreach (var shard in PPMessage.Conversations.InboxRows.AllShards())
            for (PPMessage.Storage.RowRange? range = new PPMessage.Storage.RowRange("r|", "r}"); range is { } part;)
            {
                var page = await workspace.Store.ReadRangeAsync("Inbox", shard, part, 1000, default);
                entries.AddRange(page.Rows.Select(row => row.As(FlowJson.Default.RunEntry)));
                range = page.More ? part.Behind(page.Rows[^1].Key) : null;
            }

        return entries;
    }

    private static class Conversations
    {
        public static string ThreadKeysOf(string conversationId) => PPMessage.Conversations.ThreadKeys.Conversation(conversationId)!.Value.Thread;
    }
}
