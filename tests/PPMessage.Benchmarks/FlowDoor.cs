using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows;
using PPMessage.Storage;

namespace PPMessage.Benchmarks;

/// <summary>Publishes flows and starts them.</summary>
internal static class FlowDoor
{
    /// <summary>Starts the app with a flow.</summary>
    public static async Task<HeadProcess> StartAsync(EmbeddedPlace place, Uri twilio, string definition)
    {
        var head = await HeadProcess.StartAsync(place.Settings, twilio);
        var flow = await Workspace.PostAsync(head.Client, "/api/flows", new { definition = JsonSerializer.Deserialize<JsonElement>(definition) });
        await Workspace.PostAsync(head.Client, $"/api/flows/{flow.GetProperty("id").GetString()}/publish", new { });
        return head;
    }

    /// <summary>By the store alone, as publishing does it.</summary>
    /// <returns>The flow's id.</returns>
    public static async Task<string> PutAsync(IStore bare, string definition)
    {
        var (store, now, json) = (new FlowStore(bare), TimeProvider.System.GetUtcNow(), JsonSerializer.Deserialize<JsonElement>(definition));
        var read = FlowLibrary.Read(json, KnownAttributes.None, out var mistakes) ?? throw new InvalidOperationException(string.Join('\n', mistakes.Select(one => $"{one.Key} {one.Value[0]}")));
        var flow = new Flow { Id = Flow.IdPrefix + Ids.NewUlid(now), Name = read.Name, CreatedAt = now, UpdatedAt = now };
        await store.InsertAsync(flow, default);
        var version = await store.AddVersionAsync(flow.Id, 1, new FlowText(json, now, "benchmark", null), default);
        var after = flow with { Trigger = TriggerSummary.Of(read.Trigger), Published = version, LastVersion = version, Started = true };
        await store.ReplaceAsync((await store.FindAsync(flow.Id, default))!, after, [.. (await store.ShelfAsync(default)).Moving(after, null, after.Trigger.Slot)], default);
        return flow.Id;
    }
}
