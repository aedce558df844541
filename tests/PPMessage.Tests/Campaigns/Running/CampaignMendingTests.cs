using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>What happens to campaigns between one step and the next, and nothing of it keeps them from coming, or from ending.</summary>
public sealed class CampaignMendingTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly Workspace _workspace = shared.Workspace;

    [Theory]
    [InlineData("PATCH", "")]
    [InlineData("POST", "/start")]
    public async Task Who_touches_a_campaign_at_the_minute_when_it_is_due_does_not_keep_it_from_coming(string method, string action)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        var id = await HourlyAsync(scene);
        var now = _workspace.Time.GetUtcNow();
        _workspace.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(now.UtcTicks % TimeSpan.TicksPerHour) + TimeSpan.FromSeconds(5));

        var touched = await _workspace.CallAsync(method, $"/api/campaigns/{id}{action}", method == "PATCH" ? new { name = "改名" } : new { });
        await scene.ClockAsync();

        Assert.Equal(200, touched.Status);
        Assert.Single(await _workspace.ListAsync($"/api/campaigns/{id}/runs"));
        await _workspace.CallAsync("POST", $"/api/campaigns/{id}/cancel");
    }

    [Fact]
    public async Task What_is_asked_for_again_after_a_death_winds_the_clock_that_was_not_wound()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        var id = await HourlyAsync(scene);
        await _workspace.Services.GetRequiredService<CampaignStore>().StopClockAsync(id, default);

        await _workspace.PostAsync($"/api/campaigns/{id}/start", new { }, HttpStatusCode.OK);

        Assert.Contains(await _workspace.Services.GetRequiredService<CampaignStore>().ClockAsync(default), one => one.Entry.CampaignId == id);
        await _workspace.CallAsync("POST", $"/api/campaigns/{id}/cancel");
    }

    [Fact]
    public async Task A_run_whose_segment_is_gone_stands_still_and_ends_when_it_is_cancelled()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        var campaign = await scene.CampaignAsync();
        var run = await scene.StartAsync(campaign);
        await _workspace.CallAsync("PATCH", $"/api/campaigns/{campaign.Word("id")}", new { segmentId = "new" });
        Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/segments/{scene.SegmentId}")).Status);
        await _workspace.DrainAsync();
        var still = await scene.RunAsync(run);
        Assert.Equal(("paused", "campaign"), (still.Word("state"), still.GetProperty("reason").Word("code")));

        await _workspace.PostAsync($"/api/campaign-runs/{run}/cancel", new { }, HttpStatusCode.OK);

        Assert.Equal("cancelled", (await scene.FinishAsync(run)).Word("state"));
    }

    [Fact]
    public async Task A_campaign_whose_last_run_was_closed_by_somebody_who_died_then_ends_with_the_day()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        var id = (await scene.CampaignAsync()).Word("id");
        await _workspace.PostAsync($"/api/campaigns/{id}/start", new { }, HttpStatusCode.OK);
        var run = await scene.NewestRunAsync(id);
        await scene.FinishAsync(run);
        await AsIfItHadDiedAsync(id, run);

        await _workspace.Services.GetRequiredService<CampaignHousekeeping>().RunAsync(_workspace.Time.GetUtcNow().AddHours(7), default);

        Assert.Equal("ended", (await _workspace.GetAsync($"/api/campaigns/{id}")).Word("status"));
        Assert.DoesNotContain(await _workspace.Services.GetRequiredService<OccurrenceStore>().RunningAsync(default), one => one.Id == run);
    }

    private async Task<string> HourlyAsync(CampaignScene scene)
    {
        var id = (await scene.CampaignAsync(schedule: new { every = "hour" })).Word("id");
        await _workspace.PostAsync($"/api/campaigns/{id}/start", new { }, HttpStatusCode.OK);
        return id;
    }

    /// <summary>Behind the run's own row, before all else that closing it writes.</summary>
    private async Task AsIfItHadDiedAsync(string id, string run)
    {
        var (campaigns, occurrences) = (_workspace.Services.GetRequiredService<CampaignStore>(), _workspace.Services.GetRequiredService<OccurrenceStore>());
        var campaign = (await campaigns.FindAsync(id, default))!.Value;
        Assert.True(await campaigns.ReplaceAsync(campaign.Campaign with { Status = CampaignStatus.Active }, campaign.ETag, default));
        await occurrences.NoteRunningAsync((await occurrences.FindAsync(run, default))!.Value.Occurrence, default);
    }
}
