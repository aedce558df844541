using System.Text.Json.Nodes;

namespace PPMessage.Local;

/// <summary>The demo's flow: a menu that answers texts, looks orders up in the sandbox's order system and hands over to agents. Made and published once through the app's own API.</summary>
/// <param name="sandbox">Twilio's, which plays the order system as well.</param>
internal sealed class DemoMenu(JsonClient app, Uri sandbox)
{
    private const string Orders = "ORDERS";

    /// <summary>Where an earlier start broke off, it goes on. What somebody has stopped or changed since is left alone.</summary>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        var definition = Definition();
        var flows = await app.GetAsync("/api/flows?limit=200", cancellation);
        var flow = flows["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(flow => (string?)flow["name"] == (string?)definition["name"])
            ?? await app.PostAsync("/api/flows", new JsonObject { ["definition"] = definition }, "demo-menu", cancellation);
        if (flow["published"] is null) await app.PostAsync($"/api/flows/{flow["id"]}/publish", new JsonObject { ["note"] = "The demo's" }, "demo-menu-published", cancellation);
    }

    private JsonObject Definition()
    {
        using var resource = typeof(DemoMenu).Assembly.GetManifestResourceStream("demo.menu.json")!;
        var definition = JsonNode.Parse(resource)!.AsObject();
        definition["variables"]!.AsObject()["orders"] = ((string)definition["variables"]!["orders"]!).Replace(Orders, $"{sandbox.GetLeftPart(UriPartial.Authority)}/sandbox/programs/orders", StringComparison.Ordinal);
        return definition;
    }
}
