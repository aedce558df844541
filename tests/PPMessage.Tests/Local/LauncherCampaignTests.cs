using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PPMessage.Tests.Functions;
using Xunit;

namespace PPMessage.Tests.Local;

public sealed class LauncherCampaignTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task The_demos_campaign_waits_until_it_is_started_and_then_goes_to_each_by_the_channel_that_it_may()
    {
        using var local = await LocalProcess.ReadyAsync(_data.Path, LocalPorts.Free());
        var campaign = Assert.Single(await ListAsync(local.App, "/api/campaigns"))!;
        Assert.Equal("draft", (string?)campaign["status"]);

        using var start = await local.App.PostAsJsonAsync($"/api/campaigns/{campaign["id"]}/start", new { now = true });
        Assert.Equal(HttpStatusCode.OK, start.StatusCode);
        var run = (string)Assert.Single(await ListAsync(local.App, $"/api/campaigns/{campaign["id"]}/runs"))!["id"]!;
        for (var i = 0; i < 300 && (string?)(await local.App.GetFromJsonAsync<JsonObject>($"/api/campaign-runs/{run}"))!["state"] != "finished"; i++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);

        var by = (await ListAsync(local.App, $"/api/campaign-runs/{run}/recipients")).ToDictionary(one => (string?)one!["name"] ?? "-", one => (string?)one!["channelKind"] ?? (string?)one["reason"]);
        Assert.Equal(
            new() { ["Mia Brown"] = "sms", ["王芳"] = "sms", ["Tom Reed"] = "suppressed", ["陈静"] = "email", ["Olivia Hall"] = "email", ["赵磊"] = "sms", ["-"] = "sms" }, by);
        Assert.Contains($"/api/campaigns/{campaign["id"]}/start", local.Output, StringComparison.Ordinal);
        Assert.StartsWith("Hello there, 20 % off", (string?)Assert.Single(await ListAsync(local.Sandbox, "/sandbox/phones/+12125550142/received"))!["text"], StringComparison.Ordinal);
    }

    private static async Task<JsonArray> ListAsync(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonObject>(path))!["items"]!.AsArray();
}
