using System.Text.Json.Nodes;

namespace PPMessage.Local;

/// <summary>The demo's flow: a menu that answers texts, looks orders up in the sandbox's order system and hands over to agents. Made and published once through the app's own API.</summary>
/// <param name="sandbox">Twilio's, which plays the order system as well.</param>
internal sealed class DemoMenu(JsonClient app, Uri sandbox)
{
    private const string Orders = "ORDERS";

    /// <summary>Where an earlier start broke off, it goes on.</summary>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        var definition = Definition();
        var flow = await FindAsync(definition, cancellation) ?? await app.PostAsync("/api/flows", new JsonObject { ["definition"] = definition }, "demo-menu", cancellation);
        if (flow["published"] is null) await PublishAsync(flow, cancellation);
    }

    /// <summary>Where the sandbox is at another port by now, the menu gets to know. What somebody has changed or deleted since is left alone.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        var definition = Definition();
        if (await FindAsync(definition, cancellation) is not { } flow || flow["published"] is null || !await IsElsewhereAsync(flow, definition, cancellation)) return;
        await app.PutAsync($"/api/flows/{flow["id"]}/draft", definition, cancellation);
        await PublishAsync(flow, cancellation);
    }

    private async Task<JsonObject?> FindAsync(JsonObject definition, CancellationToken cancellation) =>
        (await app.GetAsync("/api/flows?limit=200", cancellation))["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(flow => (string?)flow["name"] == (string?)definition["name"]);

    private Task PublishAsync(JsonObject flow, CancellationToken cancellation) =>
        app.PostAsync($"/api/flows/{flow["id"]}/publish", new JsonObject { ["note"] = "The demo's" }, null, cancellation);

    /// <summary>Whether it is ours but for where the order system is.</summary>
    private async Task<bool> IsElsewhereAsync(JsonObject flow, JsonObject definition, CancellationToken cancellation)
    {
        var published = (await app.GetAsync($"/api/flows/{flow["id"]}/export", cancellation))["definition"]!.AsObject();
        if (published["variables"] is not JsonObject variables || JsonNode.DeepEquals(variables["orders"], definition["variables"]!["orders"])) return false;
        variables["orders"] = definition["variables"]!["orders"]!.DeepClone();
        return JsonNode.DeepEquals(published, definition);
    }

    private JsonObject Definition()
    {
        using var resource = typeof(DemoMenu).Assembly.GetManifestResourceStream("demo.menu.json")!;
        var definition = JsonNode.Parse(resource)!.AsObject();
        definition["variables"]!.AsObject()["orders"] = ((string)definition["variables"]!["orders"]!).Replace(Orders, $"{sandbox.GetLeftPart(UriPartial.Authority)}/sandbox/programs/orders", StringComparison.Ordinal);
        return definition;
    }
}
