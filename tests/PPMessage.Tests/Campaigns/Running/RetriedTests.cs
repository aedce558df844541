using System.Net;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class RetriedTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Who_has_failed_gets_it_also_when_the_run_was_paused_and_resumed_since_somebody_asked_for_it()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 12);
        for (var i = 0; i < 5; i++) Workspace.Twilio.Misbehave(new Misbehaviour("refused") { Code = 21408 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.Equal(5, (await scene.ProgressAsync(run)).Count("failed", "21408"));
        foreach (var word in new[] { "retry-failed", "pause", "resume" }) await Workspace.PostAsync($"/api/campaign-runs/{run}/{word}", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Single(scene.Got(i)));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((12, 0, 0), (progress.Count("sent"), progress.Count("failed", "21408"), progress.Count("queued")));
        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        await Workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 12), i => Assert.Single(scene.Got(i)));
    }
}
