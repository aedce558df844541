using System.Text.Json.Nodes;

namespace PPMessage.Local;

/// <summary>
/// The demo's segment, and a campaign for it that is never started by itself: hourly, by SMS, and by e-mail to whom no SMS may go. It keeps no quiet hours, so that it can be tried
/// at any time of the day. Made once through the app's own API.
/// </summary>
internal sealed class DemoCampaign(JsonClient app)
{
    /// <summary>Of the contacts that it is for.</summary>
    public const string Tag = "demo";

    private const string Name = "Demo campaign";
    private const string SegmentName = "Demo contacts";

    private const string Text =
        """{% if contact.locale == "zh-CN" %}{{ contact.name | default: "您好" }}，本周新品八折，有问题请直接回复。{% else %}Hello {{ contact.name | default: "there" }}, 20 % off this week. Any questions? Just answer.{% endif %}""";

    private const string Subject = """{% if contact.locale == "zh-CN" %}本周新品八折{% else %}20 % off this week{% endif %}""";

    // A link is what a click can be noticed of.
    private const string Html = $"""<p>{Text}</p><p><a href="https://shop.example.com/new">shop.example.com/new</a></p>""";

    /// <summary>Where an earlier start broke off, it goes on.</summary>
    public async Task MakeAsync(CancellationToken cancellation)
    {
        if (await FindAsync(cancellation) is not null) return;
        var segment = await FindAsync("/api/segments", SegmentName, cancellation) ?? await app.PostAsync("/api/segments", Segment(), "demo-segment", cancellation);
        await app.PostAsync("/api/campaigns", Campaign((string)segment["id"]!), "demo-campaign", cancellation);
    }

    /// <summary>Null: somebody has taken it away, or named it otherwise.</summary>
    public Task<JsonObject?> FindAsync(CancellationToken cancellation) => FindAsync("/api/campaigns", Name, cancellation);

    private async Task<JsonObject?> FindAsync(string list, string name, CancellationToken cancellation) =>
        (await app.GetAsync($"{list}?limit=200", cancellation))["items"]!.AsArray().OfType<JsonObject>().FirstOrDefault(one => (string?)one["name"] == name);

    private static JsonObject Segment() => new()
    {
        ["name"] = SegmentName,
        ["description"] = "Whoever has the tag demo",
        ["filter"] = new JsonObject { ["field"] = "contact.tags", ["op"] = "contains", ["value"] = Tag },
    };

    private static JsonObject Campaign(string segmentId) => new()
    {
        ["name"] = Name,
        ["segmentId"] = segmentId,
        ["schedule"] = new JsonObject { ["every"] = "hour" },
        ["channels"] = new JsonArray("sms", "email"),
        ["content"] = new JsonObject
        {
            ["sms"] = new JsonObject { ["text"] = Text },
            ["email"] = new JsonObject { ["subject"] = Subject, ["html"] = Html },
        },
        ["rules"] = new JsonObject { ["quietHours"] = null },
    };
}
