using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>What the tests of flows do again and again.</summary>
internal static class Publishing
{
    private static int _flows;

    /// <summary>Publishes a definition and starts it, in place of whatever was started for its trigger.</summary>
    /// <returns>The flow's id.</returns>
    public static async Task<string> PublishAsync(this Workspace workspace, string definition, string? id = null)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(definition);
        var read = FlowLibrary.Read(json, KnownAttributes.None, out var mistakes);
        Assert.True(read is not null, string.Join('\n', mistakes.Select(mistake => $"{mistake.Key} {mistake.Value[0]}")));
        var (store, library) = (workspace.Services.GetRequiredService<FlowStore>(), workspace.Services.GetRequiredService<FlowLibrary>());
        var now = workspace.Time.GetUtcNow();
        id ??= Flow.IdPrefix + Ids.SeededUlid(now, $"flow {Interlocked.Increment(ref _flows)}");
        if (await store.FindAsync(id, default) is null) await store.InsertAsync(new Flow { Id = id, Name = read!.Name, CreatedAt = now, UpdatedAt = now }, default);
        var stored = (await store.FindAsync(id, default))!;
        var version = await store.AddVersionAsync(id, stored.Flow.LastVersion + 1, new FlowText(json, now, "test", null), default);
        var after = stored.Flow with { Name = read!.Name, Trigger = TriggerSummary.Of(read.Trigger), Published = version, LastVersion = version, Started = true };
        var shelf = await store.ShelfAsync(default);
        Assert.True(await store.ReplaceAsync(stored, after, [.. shelf.Moving(after, stored.Flow.Trigger?.Slot, after.Trigger!.Slot)], default));
        library.Forget();
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
