using System.Net.Http.Json;
using System.Text.Json;
using PPMessage.Tests.Webhooks;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class WebhookInboxTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task It_verifies_what_the_app_signs_and_nothing_else()
    {
        using var sandbox = new HttpClient { BaseAddress = Workspace.Twilio.BaseUrl };
        var url = new Uri(Workspace.Twilio.BaseUrl, "/sandbox/webhooks/客户").AbsoluteUri;
        var hook = await Workspace.HookAsync(url);
        await Workspace.OpenAsync(Calls.NewPhone());
        await Workspace.BeatAsync();
        Assert.Equal(JsonValueKind.Null, Assert.Single(await ListAsync(sandbox, url)).GetProperty("verified").ValueKind);

        using var taken = await sandbox.PutAsJsonAsync(url + "/secret", new { secret = hook.Text("secret") });
        Assert.Equal(204, (int)taken.StatusCode);
        Assert.True(Assert.Single(await ListAsync(sandbox, url)).GetProperty("verified").GetBoolean());
        using var forged = await sandbox.PostAsJsonAsync(url, new { type = "changes" });
        Assert.Equal([true, false], (await ListAsync(sandbox, url)).Select(one => one.GetProperty("verified").GetBoolean()));
        using var refused = await sandbox.PutAsJsonAsync(url + "/secret", new { secret = "秘密" });
        Assert.Equal(400, (int)refused.StatusCode);
    }

    [Fact]
    public async Task It_answers_what_its_url_says()
    {
        var hook = await Workspace.HookAsync(new Uri(Workspace.Twilio.BaseUrl, "/sandbox/webhooks/grumpy?answer=503").AbsoluteUri);
        Assert.Equal(503, (await Workspace.CallAsync("POST", $"/api/webhooks/{hook.Id}/test")).Json.GetProperty("status").GetInt32());
        await Workspace.CallAsync("DELETE", $"/api/webhooks/{hook.Id}");
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(HttpClient sandbox, string url) =>
        [.. (await sandbox.GetFromJsonAsync<JsonElement>(url)).GetProperty("items").EnumerateArray()];
}
