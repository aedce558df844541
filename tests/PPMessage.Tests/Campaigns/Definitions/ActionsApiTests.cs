using System.Net;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Definitions;

public sealed class ActionsApiTests
{
    [Fact]
    public async Task Pressed_again_while_a_run_is_under_way_nothing_is_sent_once_more_whatever_the_minute()
    {
        await using var workspace = await Workspace.StartAsync();
        var scene = await CampaignScene.MakeAsync(workspace, 2);
        var campaign = (await scene.CampaignAsync()).Word("id");
        await workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        var run = await scene.NewestRunAsync(campaign);

        foreach (var body in new object[] { new { }, new { now = true } })
        {
            workspace.Time.Advance(TimeSpan.FromSeconds(61));
            var again = await workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", body);
            Assert.Equal(409, again.Status);
            Assert.Contains(run, again.Problem, StringComparison.Ordinal);
        }

        await scene.FinishAsync(run);
        workspace.Time.Advance(TimeSpan.FromSeconds(61));
        await workspace.PostAsync($"/api/campaigns/{campaign}/start", new { now = true }, HttpStatusCode.OK);
        Assert.Equal(2, (await workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Count);
        await scene.FinishAsync(await scene.NewestRunAsync(campaign));
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(2, scene.Got(i).Count));
    }

    [Fact]
    public async Task A_run_that_stands_still_keeps_the_next_one_from_beginning_as_well()
    {
        await using var workspace = await Workspace.StartAsync();
        var scene = await CampaignScene.MakeAsync(workspace, 1);
        var campaign = (await scene.CampaignAsync()).Word("id");
        await workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        var run = await scene.NewestRunAsync(campaign);
        await workspace.PostAsync($"/api/campaign-runs/{run}/pause", new { }, HttpStatusCode.OK);
        workspace.Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(409, (await workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { now = true })).Status);

        await workspace.PostAsync($"/api/campaign-runs/{run}/cancel", new { }, HttpStatusCode.OK);
        // Of a run that was cancelled nothing is done yet.
        await workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(await scene.NewestRunAsync(campaign));
        Assert.Single(scene.Got(0));
    }

    [Fact]
    public async Task Wherever_a_start_dies_a_repeat_under_its_key_begins_nothing_twice_even_when_the_run_is_over()
    {
        await using var workspace = await Workspace.StartAsync();
        var counted = new FaultPlan();
        await ProveAsync(workspace, counted);
        Assert.InRange(counted.Calls.Count, 8, 40);
        for (var at = 1; at <= counted.Calls.Count; at++)
            foreach (var fault in new[] { Fault.DiesBefore, Fault.DiesAfter, Fault.TakesEffectAndThrows })
                await ProveAsync(workspace, new FaultPlan(new Strike(at, fault)));
    }

    private static async Task ProveAsync(Workspace workspace, FaultPlan faults)
    {
        var scene = await CampaignScene.MakeAsync(workspace, 1);
        var campaign = (await scene.CampaignAsync()).Word("id");
        workspace.Suffer(faults);
        await TryAsync(workspace, campaign);
        workspace.Suffer(null);
        await workspace.ReviveAsync();
        // Longer than a dead request is waited for, and than work is hidden.
        for (var step = 0; step < 4; step++)
        {
            workspace.Time.Advance(TimeSpan.FromSeconds(31));
            await workspace.DrainAsync();
        }

        Assert.Equal(200, await TryAsync(workspace, campaign));

        var run = Assert.Single(await workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Word("id");
        await scene.FinishAsync(run);
        Assert.Single(scene.Got(0));
        Assert.Equal("ended", (await workspace.GetAsync($"/api/campaigns/{campaign}")).Word("status"));
    }

    /// <returns>Null: it died.</returns>
    private static async Task<int?> TryAsync(Workspace workspace, string campaign)
    {
        try
        {
            return (await workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { now = true }, key: campaign)).Status;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
