using System.Text.Json.Nodes;
using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Local;

/// <summary>
/// The demo workspace, made once through the app's own API: an SMS and an e-mail channel, two agents, a flow that answers texts by a menu, seven contacts, a campaign for them. The last contact is
/// the mark that it is complete; until it stands, each start goes on where an earlier one broke off.
/// </summary>
internal sealed class DemoWorkspace(JsonClient app, Uri sandbox, LocalFolder folder, LocalState state)
{
    /// <summary>Who texts and writes in the examples.</summary>
    public const string Phone = "+14155550101";

    /// <inheritdoc cref="Phone"/>
    public const string Mailbox = "mia@example.com";

    private static readonly (string Name, string Email)[] Agents = [("Ann Lee", "ann@example.com"), ("李伟", "li.wei@example.com")];

    // Numbers that regulators keep for fiction, and China Mobile's well-known sample number. One has no name, and two want no texts.
    private static readonly Person[] Contacts =
    [
        new("Mia Brown", Phone, Mailbox, "en-US", "America/Los_Angeles"),
        new("王芳", "+8613800138000", null, "zh-CN", "Asia/Shanghai"),
        new("Tom Reed", "+447700900123", null, "en-GB", "Europe/London", WantsNoTexts: true),
        new("陈静", null, "chen.jing@example.net", "zh-CN", "Asia/Shanghai"),
        new("Olivia Hall", "+61491570006", "olivia@example.org", "en-AU", "Australia/Sydney", WantsNoTexts: true),
        new("赵磊", "+33639980123", "zhao.lei@example.net", "zh-CN", "Europe/Paris"),
        new(null, "+12125550142", null, "en-US", "America/New_York"),
    ];

    /// <summary>The demo number's channel as a client asks for it.</summary>
    public static JsonObject Line(string name) => new()
    {
        ["kind"] = "sms",
        ["provider"] = "twilio",
        ["name"] = name,
        ["settings"] = new JsonObject { ["accountSid"] = Demo.AccountSid, ["phoneNumber"] = Demo.Number },
        ["secrets"] = new JsonObject { ["authToken"] = Demo.AuthToken },
        ["inbound"] = new JsonObject { ["enabled"] = true },
    };

    /// <summary>The demo address's, likewise.</summary>
    public static JsonObject MailChannel(string name) => new()
    {
        ["kind"] = "email",
        ["provider"] = "mailgun",
        ["name"] = name,
        ["settings"] = new JsonObject { ["domain"] = MailDemo.Domain, ["region"] = "us", ["address"] = MailDemo.Address, ["displayName"] = "Demo support" },
        ["secrets"] = new JsonObject { ["apiKey"] = MailDemo.ApiKey, ["webhookSigningKey"] = MailDemo.SigningKey },
        ["inbound"] = new JsonObject { ["enabled"] = true },
    };

    /// <returns>The state with the agents' tokens.</returns>
    public async Task<LocalState> MakeAsync(CancellationToken cancellation)
    {
        if (await IsMadeAsync(Contacts.Length - 1, cancellation))
        {
            await new DemoMenu(app, sandbox).FollowAsync(cancellation);
            return state;
        }

        var line = await LineAsync(cancellation) ?? await CreateLineAsync(cancellation);
        await ActivateAsync(line, cancellation);
        await ActivateAsync(await MailboxAsync(cancellation) ?? await CreateMailboxAsync(cancellation), cancellation);
        var current = state;
        foreach (var (name, email) in Agents) folder.Save(current = await AgentAsync(current, name, email, cancellation));
        await new DemoMenu(app, sandbox).MakeAsync(cancellation);
        await new DemoCampaign(app).MakeAsync(cancellation);
        for (var i = 0; i < Contacts.Length; i++)
            if (!await IsMadeAsync(i, cancellation)) await CreateContactAsync(i, (string)line["id"]!, cancellation);
        return current;
    }

    /// <summary>The demo number's channel, unless somebody has archived or deleted it.</summary>
    public Task<JsonObject?> LineAsync(CancellationToken cancellation) => FindAsync(
        settings => (string?)settings["phoneNumber"] == Demo.Number && (string?)settings["accountSid"] == Demo.AccountSid, cancellation);

    /// <summary>The demo domain's channel, likewise.</summary>
    public Task<JsonObject?> MailboxAsync(CancellationToken cancellation) => FindAsync(
        settings => (string?)settings["domain"] == MailDemo.Domain && (string?)settings["address"] == MailDemo.Address, cancellation);

    private async Task<JsonObject?> FindAsync(Func<JsonNode, bool> isIt, CancellationToken cancellation)
    {
        var channels = await app.GetAsync("/api/channels?limit=200", cancellation);
        return channels["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(channel => !(bool)channel["archived"]! && isIt(channel["settings"]!));
    }

    private async Task<bool> IsMadeAsync(int contact, CancellationToken cancellation) =>
        (await app.GetAsync($"/api/contacts?externalId={ExternalId(contact)}", cancellation))["items"]!.AsArray().Count > 0;

    private Task<JsonObject> ActivateAsync(JsonObject channel, CancellationToken cancellation) =>
        app.PostAsync($"/api/channels/{channel["id"]}/activate", null, null, cancellation);

    private Task<JsonObject> CreateLineAsync(CancellationToken cancellation) => app.PostAsync("/api/channels", Line("Demo line"), "demo-channel", cancellation);

    private Task<JsonObject> CreateMailboxAsync(CancellationToken cancellation) => app.PostAsync("/api/channels", MailChannel("Demo mail"), "demo-mail-channel", cancellation);

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

    /// <param name="lineId">The channel whose texts some don't want. Noted before the contact, which is the sign that both are done: said again it changes nothing.</param>
    private async Task CreateContactAsync(int index, string lineId, CancellationToken cancellation)
    {
        var person = Contacts[index];
        if (person.WantsNoTexts) await app.PostAsync("/api/suppressions", new JsonObject { ["address"] = person.Phone, ["channelId"] = lineId }, null, cancellation);
        var body = new JsonObject
        {
            ["name"] = person.Name,
            ["externalId"] = ExternalId(index),
            ["locale"] = person.Locale,
            ["timeZone"] = person.Zone,
            ["tags"] = new JsonArray(DemoCampaign.Tag),
        };
        if (person.Phone is { } phone) body["phones"] = new JsonArray(phone);
        if (person.Email is { } email) body["emails"] = new JsonArray(email);
        await app.PostAsync("/api/contacts", body, ExternalId(index), cancellation);
    }

    private static string ExternalId(int index) => $"demo-{index + 1}";

    private sealed record Person(string? Name, string? Phone, string? Email, string Locale, string Zone, bool WantsNoTexts = false);
}
