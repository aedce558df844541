using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Webhooks;

public sealed class WebhooksApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Url = "https://example.cn/钩子?key=值";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_webhook_is_made_shown_changed_and_deleted_and_its_secret_shown_once()
    {
        var made = await Workspace.CallAsync("POST", "/api/webhooks", new { name = "客户系统", url = Url, events = new[] { "message", "delivery" }, enabled = false });
        Assert.Equal((201, $"/api/webhooks/{made.Id}", "\"1\""), (made.Status, made.Location!.OriginalString, made.ETag));
        Assert.StartsWith("whsec_", made.Text("secret"), StringComparison.Ordinal);

        var shown = await Workspace.CallAsync("GET", $"/api/webhooks/{made.Id}");
        Assert.Equal(("客户系统", Url, "\"1\"", false), (shown.Text("name"), shown.Text("url"), shown.ETag, shown.Json.GetProperty("enabled").GetBoolean()));
        Assert.Equal(["message", "delivery"], shown.Json.GetProperty("events").EnumerateArray().Select(one => one.GetString()!));
        Assert.False(shown.Json.TryGetProperty("secret", out _));

        var changed = await Workspace.CallAsync("PATCH", $"/api/webhooks/{made.Id}", new { name = "另一个", events = (string[]?)null }, ifMatch: shown.ETag);
        Assert.Equal((200, "另一个", "\"2\"", 0), (changed.Status, changed.Text("name"), changed.ETag, changed.Json.GetProperty("events").GetArrayLength()));
        Assert.Equal("\"2\"", (await Workspace.CallAsync("PATCH", $"/api/webhooks/{made.Id}", new { name = "另一个" })).ETag);
        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"/api/webhooks/{made.Id}", new { name = "旧" }, ifMatch: shown.ETag)).Status);
        Assert.Equal(412, (await Workspace.CallAsync("DELETE", $"/api/webhooks/{made.Id}", ifMatch: shown.ETag)).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/webhooks/{made.Id}", ifMatch: changed.ETag)).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/webhooks/{made.Id}")).Status);

        var lines = (await Workspace.ListAsync("/api/audit")).Where(line => line.Word("subject") == made.Id).OrderBy(line => line.Word("action"), StringComparer.Ordinal).ToList();
        Assert.Equal(["webhook.changed", "webhook.created", "webhook.deleted"], lines.Select(line => line.Word("action")));
        Assert.Equal("另一个", lines[0].GetProperty("changes").GetProperty("name").Word("after"));
        Assert.DoesNotContain(lines, line => line.GetRawText().Contains(made.Text("secret")[6..], StringComparison.Ordinal));
        // A receiver's path may be its secret.
        Assert.StartsWith(new Uri(Url).GetLeftPart(UriPartial.Authority) + "/…#", lines[1].GetProperty("changes").GetProperty("url").Word("after"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("{}", "url")]
    [InlineData("""{"name":"","url":"https://example.cn"}""", "name")]
    [InlineData("""{"name":"客","url":"example.cn"}""", "url")]
    [InlineData("""{"name":"客","url":"http://example.cn"}""", "url")]
    [InlineData("""{"name":"客","url":"https://10.0.0.1/"}""", "url")]
    [InlineData("""{"name":"客","url":"https://a:b@example.cn/"}""", "url")]
    [InlineData("""{"name":"客","url":"https://example.cn","events":["消息"]}""", "events")]
    [InlineData("""{"name":"客","url":"https://example.cn","events":"message"}""", "events")]
    [InlineData("""{"name":"客","url":"https://example.cn","events":[1]}""", "events[0]")]
    [InlineData("""{"name":"客","url":"https://example.cn","enabled":"yes"}""", "enabled")]
    [InlineData("""{"name":"客","url":"https://example.cn","secret":"whsec_x"}""", "secret")]
    public async Task A_mistake_is_named(string json, string field)
    {
        var refused = await Workspace.CallAsync("POST", "/api/webhooks", JsonSerializer.Deserialize<JsonElement>(json));
        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out _), refused.Problem);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/secret")]
    [InlineData("POST", "/test")]
    [InlineData("GET", "/deliveries")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        foreach (var id in new[] { "wh_01KAP10C3E5G7H9J1K3M5N7P9Q", "没有", "state|wh_01KAP10C3E5G7H9J1K3M5N7P9Q", "pulse" })
            Assert.Equal(404, (await Workspace.CallAsync(method, $"/api/webhooks/{Uri.EscapeDataString(id)}{path}", method == "PATCH" ? new { name = "客" } : null)).Status);
    }

    [Fact]
    public async Task Only_admins_may()
    {
        var (_, agent) = await Workspace.HireAsync("Nosy");
        Assert.Equal(403, (await agent.CallAsync("GET", "/api/webhooks")).Status);
        Assert.Equal(403, (await agent.CallAsync("POST", "/api/webhooks", new { name = "客", url = Url })).Status);
    }

    [Fact]
    public async Task The_same_request_again_makes_no_second_one_and_shows_no_secret()
    {
        var body = new { name = "一次", url = Url, enabled = false };
        var first = await Workspace.CallAsync("POST", "/api/webhooks", body, key: "hook-1");
        var again = await Workspace.CallAsync("POST", "/api/webhooks", body, key: "hook-1");
        Assert.Equal((201, first.Id, JsonValueKind.Null), (again.Status, again.Id, again.Json.GetProperty("secret").ValueKind));
        var rotated = await Workspace.CallAsync("POST", $"/api/webhooks/{first.Id}/secret", key: "rotate-1");
        var repeated = await Workspace.CallAsync("POST", $"/api/webhooks/{first.Id}/secret", key: "rotate-1");
        Assert.Equal((JsonValueKind.String, JsonValueKind.Null), (rotated.Json.GetProperty("secret").ValueKind, repeated.Json.GetProperty("secret").ValueKind));
        Assert.Equal(rotated.Json.GetProperty("oldSecretUntil").GetRawText(), repeated.Json.GetProperty("oldSecretUntil").GetRawText());
        await Workspace.CallAsync("DELETE", $"/api/webhooks/{first.Id}");
    }

    [Fact]
    public async Task There_are_twenty_at_most_and_they_come_by_the_page()
    {
        var ids = new List<string>();
        Called made;
        while ((made = await Workspace.CallAsync("POST", "/api/webhooks", new { name = $"客户 {ids.Count}", url = Url, enabled = false })).Status == 201) ids.Add(made.Id);
        Assert.Equal(422, made.Status);
        Assert.Contains("20", made.Problem, StringComparison.Ordinal);
        var listed = (await Workspace.ListAsync("/api/webhooks", limit: 7)).Select(one => one.Word("id")).ToList();
        Assert.Equal(20, listed.Count);
        Assert.Empty(ids.Except(listed));
        Assert.Equal(400, (await Workspace.CallAsync("GET", "/api/webhooks?cursor=x")).Status);
        foreach (var id in ids) await Workspace.CallAsync("DELETE", $"/api/webhooks/{id}");
    }

    [Fact]
    public async Task A_ping_says_what_came_of_it_whether_it_is_enabled_or_not()
    {
        await using var receiver = await Receiver.StartAsync();
        var hook = await Workspace.CallAsync("POST", "/api/webhooks", new { name = "试", url = receiver.Url, enabled = false });
        receiver.Answer = context =>
        {
            context.Response.StatusCode = 200;
            return context.Response.Body.WriteAsync("收到"u8.ToArray()).AsTask();
        };
        var good = await Workspace.CallAsync("POST", $"/api/webhooks/{hook.Id}/test");
        Assert.Equal((200, true, 200, "收到"), (good.Status, good.Json.GetProperty("ok").GetBoolean(), good.Json.GetProperty("status").GetInt32(), good.Text("body")));
        var ping = Assert.Single(receiver.All);
        Assert.Equal(("ping", hook.Id, true), (ping.Type, ping.Json.GetProperty("data").Word("webhookId"), ping.IsSignedWith(hook.Text("secret"))));

        receiver.AnswerWith(404);
        var bad = await Workspace.CallAsync("POST", $"/api/webhooks/{hook.Id}/test");
        Assert.Equal((200, false, 404), (bad.Status, bad.Json.GetProperty("ok").GetBoolean(), bad.Json.GetProperty("status").GetInt32()));
        Assert.Contains("path", bad.Text("message"), StringComparison.Ordinal);
        await Workspace.CallAsync("PATCH", $"/api/webhooks/{hook.Id}", new { url = "https://no-such-host.invalid/" });
        var lost = await Workspace.CallAsync("POST", $"/api/webhooks/{hook.Id}/test");
        Assert.Equal((200, JsonValueKind.Null), (lost.Status, lost.Json.GetProperty("status").ValueKind));
        Assert.Contains("resolved", lost.Text("message"), StringComparison.Ordinal);
        Assert.Empty(await Workspace.ListAsync($"/api/webhooks/{hook.Id}/deliveries"));
        await Workspace.CallAsync("DELETE", $"/api/webhooks/{hook.Id}");
    }

    [Fact]
    public async Task The_last_hundred_attempts_come_by_the_page_newest_first()
    {
        await using var receiver = await Receiver.StartAsync();
        var hook = await Workspace.HookAsync(receiver.Url, "试", "message");
        var phone = Calls.NewPhone();
        for (var i = 0; i < 103; i++)
        {
            await Workspace.OpenAsync(phone);
            await Workspace.BeatAsync();
        }

        var attempts = await Workspace.ListAsync($"/api/webhooks/{hook.Id}/deliveries", limit: 30);
        Assert.Equal(100, attempts.Count);
        Assert.Equal(receiver.All.Reverse().Take(100).Select(one => one.Id), attempts.Select(one => one.Word("id")));
        Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/webhooks/{hook.Id}/deliveries?cursor=wd_x.1")).Status);
        Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/webhooks/{hook.Id}/deliveries?limit=0")).Status);
        await Workspace.CallAsync("DELETE", $"/api/webhooks/{hook.Id}");
    }
}
