using System.Net;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class FlowCampaignTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Waits = """{"name":"等","trigger":{"on":"schedule"},"start":"wait","steps":{"wait":{"type":"wait","for":"P1D","next":null}}}""";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_flow_is_started_once_for_each_recipient()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 12);
        var flow = await Workspace.PublishedAsync(Defined.Of(Waits));
        var run = await scene.StartAsync(await CampaignAsync(scene, flow));
        await Workspace.WorkTogetherAsync(4, async () => await scene.StateAsync(run) == "finished");
        var started = await Workspace.ListAsync($"/api/flows/{flow}/runs");
        Assert.Equal(12, started.Count);
        var recipients = await scene.RecipientsAsync(run);
        Assert.Equal(started.Select(one => one.Word("id")).Order(StringComparer.Ordinal), recipients.Select(one => one.Word("runId")).Order(StringComparer.Ordinal));
        Assert.All(recipients, one => Assert.Equal("sent", one.Word("state")));
        Assert.Equal("schedule", (await Workspace.GetAsync($"/api/runs/{started[0].Word("id")}")).Word("trigger"));
    }

    [Fact]
    public async Task A_run_whose_flow_is_gone_stands_still_with_the_reason_goes_on_when_it_is_back_and_can_be_cancelled()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var flow = await Workspace.PublishedAsync(Defined.Of(Waits));
        var campaign = await CampaignAsync(scene, flow);
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/flows/{flow}/stop")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/flows/{flow}")).Status);
        var run = await scene.StartAsync(campaign);
        await Workspace.WorkAsync();
        var stands = await scene.RunAsync(run);
        Assert.Equal(("paused", "campaign"), (stands.Word("state"), stands.GetProperty("reason").Word("code")));
        Assert.Contains(flow, stands.GetProperty("reason").Word("text"), StringComparison.Ordinal);
        await Workspace.PostAsync($"/api/campaign-runs/{run}/resume", new { }, HttpStatusCode.OK);
        await Workspace.WorkAsync();
        Assert.Equal("paused", await scene.StateAsync(run));
        Assert.Equal(422, (await Workspace.CallAsync("POST", $"/api/campaigns/{campaign.Word("id")}/preview", new { })).Status);

        await Workspace.PostAsync($"/api/campaign-runs/{run}/cancel", new { }, HttpStatusCode.OK);
        Assert.Equal("cancelled", (await scene.FinishAsync(run)).Word("state"));
        Assert.Equal("ended", await scene.StatusAsync(campaign.Word("id")));
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/campaigns/{campaign.Word("id")}")).Status);
    }

    [Fact]
    public async Task Who_has_stopped_campaigns_or_can_t_be_reached_has_no_flow_started()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 3);
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{scene.Contacts[2]}", new { phones = Array.Empty<string>() })).Status);
        await Workspace.PostAsync("/api/suppressions", new { channelId = Workspace.ChannelId, address = scene.Phones[1] }, HttpStatusCode.OK);
        var flow = await Workspace.PublishedAsync(Defined.Of(Waits));
        var run = await scene.StartAsync(await CampaignAsync(scene, flow));
        await scene.FinishAsync(run);
        Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs"));
        var recipients = (await scene.RecipientsAsync(run)).ToDictionary(one => one.Word("contactId"));
        Assert.Equal("sent", recipients[scene.Contacts[0]].Word("state"));
        Assert.Equal(("skipped", "suppressed"), (recipients[scene.Contacts[1]].Word("state"), recipients[scene.Contacts[1]].Word("reason")));
        Assert.Equal(("skipped", "no_address"), (recipients[scene.Contacts[2]].Word("state"), recipients[scene.Contacts[2]].Word("reason")));
    }

    private static Task<System.Text.Json.JsonElement> CampaignAsync(CampaignScene scene, string flow) =>
        scene.CampaignAsync(more: new { channels = Array.Empty<string>(), content = (object?)null, flow = new { flowId = flow } });
}
