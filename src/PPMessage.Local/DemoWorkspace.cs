using System.Text.Json.Nodes;
using PPMessage.Local.Sandbox;

namespace PPMessage.Local;

/// <summary>
/// The demo workspace, made once through the app's own API: an SMS channel, two agents, three contacts. The last contact is the mark that it is complete;
/// until it stands, each start goes on where an earlier one broke off.
/// </summary>
internal sealed class DemoWorkspace(JsonClient app, LocalFolder folder, LocalState state)
{
    /// <summary>Who texts in the examples.</summary>
    public const string Phone = "+14155550101";

    private static readonly (string Name, string Email)[] Agents = [("Ann Lee", "ann@example.com"), ("李伟", "li.wei@example.com")];

    // Numbers that regulators keep for fiction, and China Mobile's well-known sample number.
    private static readonly (string Name, string Phone, string Locale, string Zone)[] Contacts =
    [
        ("Mia Brown", Phone, "en-US", "America/Los_Angeles"),
        ("王芳", "+8613800138000", "zh-CN", "Asia/Shanghai"),
        ("Tom Reed", "+447700900123", "en-GB", "Europe/London"),
    ];

    /// <returns>The state with the agents' tokens.</returns>
    public async Task<LocalState> MakeAsync(CancellationToken cancellation)
    {
        if (await IsMadeAsync(cancellation)) return state;
        var channel = await ChannelAsync(cancellation) ?? await CreateChannelAsync(cancellation);
        await app.PostAsync($"/api/channels/{channel["id"]}/activate", null, null, cancellation);
        var current = state;
        foreach (var (name, email) in Agents) folder.Save(current = await AgentAsync(current, name, email, cancellation));
        for (var i = 0; i < Contacts.Length; i++) await CreateContactAsync(i, cancellation);
        return current;
    }

    /// <summary>The demo number's channel, unless somebody has archived or deleted it.</summary>
    public async Task<JsonObject?> ChannelAsync(CancellationToken cancellation)
    {
        var channels = await app.GetAsync("/api/channels?limit=200", cancellation);
        return channels["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(channel =>
            !(bool)channel["archived"]! && (string?)channel["settings"]?["phoneNumber"] == Demo.Number && (string?)channel["settings"]?["accountSid"] == Demo.AccountSid);
    }

    private async Task<bool> IsMadeAsync(CancellationToken cancellation) =>
        (await app.GetAsync($"/api/contacts?externalId={ExternalId(Contacts.Length - 1)}", cancellation))["items"]!.AsArray().Count > 0;

    private Task<JsonObject> CreateChannelAsync(CancellationToken cancellation) => app.PostAsync("/api/channels", new JsonObject
    {
        ["kind"] = "sms",
        ["provider"] = "twilio",
        ["name"] = "Demo line",
        ["settings"] = new JsonObject { ["accountSid"] = Demo.AccountSid, ["phoneNumber"] = Demo.Number },
        ["secrets"] = new JsonObject { ["authToken"] = Demo.AuthToken },
        ["inbound"] = new JsonObject { ["enabled"] = true },
    }, "demo-channel", cancellation);

    // An agent whose token nobody has kept (an earlier start was killed in between) gets a new one.
    private async Task<LocalState> AgentAsync(LocalState current, string name, string email, CancellationToken cancellation)
    {
        var agents = await app.GetAsync("/api/agents?limit=200", cancellation);
        var agent = agents["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(agent => (string?)agent["email"] == email);
        if (agent is not null && current.Agents.Any(kept => kept.Email == email)) return current;
        agent ??= await app.PostAsync("/api/agents", new JsonObject { ["name"] = name, ["email"] = email, ["role"] = "agent" }, $"demo-{email}", cancellation);
        var token = (string?)agent["token"] ?? (string?)(await app.PostAsync($"/api/agents/{agent["id"]}/token", null, null, cancellation))["token"];
        return current.With(new DemoAgent(name, email, token!));
    }

    private Task<JsonObject> CreateContactAsync(int index, CancellationToken cancellation)
    {
        var (name, phone, locale, zone) = Contacts[index];
        var body = new JsonObject { ["name"] = name, ["phones"] = new JsonArray(phone), ["externalId"] = ExternalId(index), ["locale"] = locale, ["timeZone"] = zone };
        return app.PostAsync("/api/contacts", body, ExternalId(index), cancellation);
    }

    private static string ExternalId(int index) => $"demo-{index + 1}";
}
