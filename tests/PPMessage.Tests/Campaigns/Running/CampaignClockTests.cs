using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Running;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class CampaignClockTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private static readonly object AtTen = new { every = "day", at = "10:00", timeZone = "Asia/Shanghai" };

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task However_often_and_on_however_many_instances_the_clock_fires_a_time_begins_once()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var campaign = await scene.StartedAsync(AtTen);
        var ten = Workspace.Next("02:00");
        Workspace.GoTo(ten.AddSeconds(-1));
        await scene.ClockAsync();
        Assert.Empty(await scene.RunsAsync(campaign));
        Workspace.GoTo(ten.AddSeconds(3));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ActivatorUtilities.CreateInstance<CampaignClock>(Workspace.Services).RunAsync(default))));
        Workspace.Time.Advance(TimeSpan.FromMinutes(4));
        await scene.ClockAsync();
        Assert.Equal([$"{ten:yyyy-MM-dd}T10:00"], await scene.RunsAsync(campaign));
        await scene.FinishAsync(await scene.NewestRunAsync(campaign));
        Assert.All(Enumerable.Range(0, 2), i => Assert.Single(scene.Got(i)));
        Workspace.GoTo(ten.AddDays(1).AddSeconds(30));
        await scene.ClockAsync();
        Assert.Equal([$"{ten:yyyy-MM-dd}T10:00", $"{ten.AddDays(1):yyyy-MM-dd}T10:00"], await scene.RunsAsync(campaign));
        await EndAsync(campaign);
    }

    [Theory]
    [InlineData("skip", 0)]
    [InlineData("run-once", 1)]
    public async Task After_days_of_silence_at_most_the_latest_time_is_made_up_for(string missed, int made)
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = await scene.StartedAsync(new { every = "day", at = "10:00", timeZone = "Asia/Shanghai", missed });
        var ten = Workspace.Next("02:00").AddDays(9);
        Workspace.GoTo(ten.AddHours(3));
        for (var i = 0; i < 3; i++) await scene.ClockAsync();
        Assert.Equal(Enumerable.Repeat($"{ten:yyyy-MM-dd}T10:00", made), await scene.RunsAsync(campaign));
        await Workspace.WorkAsync();
        Assert.Equal(made, scene.Got(0).Count);
        Workspace.GoTo(ten.AddDays(1).AddMinutes(9));
        await scene.ClockAsync();
        Assert.Equal(made + 1, (await scene.RunsAsync(campaign)).Count);
        Workspace.GoTo(ten.AddDays(2).AddMinutes(11));
        await scene.ClockAsync();
        Assert.Equal((made * 2) + 1, (await scene.RunsAsync(campaign)).Count);
        await EndAsync(campaign);
    }

    [Fact]
    public async Task Every_hour_is_every_hour()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = await scene.StartedAsync(new { every = "hour", at = "00:15", timeZone = "Asia/Kathmandu" });
        var first = Workspace.Next("05:30");
        for (var minute = 0; minute < 180; minute += 10)
        {
            Workspace.GoTo(first.AddMinutes(minute).AddSeconds(20));
            await scene.ClockAsync();
        }

        Assert.Equal(["11:15", "12:15", "13:15"], (await scene.RunsAsync(campaign)).TakeLast(3).Select(local => local[11..]));
        await EndAsync(campaign);
    }

    [Fact]
    public async Task By_the_contacts_own_clocks_each_gets_it_at_its_own_ten_and_once_and_then_the_campaign_has_ended()
    {
        string[] zones = ["Pacific/Kiritimati", "Asia/Shanghai", "America/New_York"];
        var scene = await CampaignScene.MakeAsync(Workspace, 3);
        for (var i = 0; i < 3; i++) await ChangeAsync(scene.Contacts[i], new { timeZone = zones[i] });
        var begin = Workspace.Next("12:00");
        Workspace.GoTo(begin);
        var date = begin.AddDays(1).ToString("yyyy-MM-dd");
        var campaign = await scene.StartedAsync(new { every = "once", date, at = "10:00", contactLocalTime = true });
        var got = new string?[3];
        for (var step = 0; step < 56; step++)
        {
            Workspace.GoTo(begin.AddMinutes(30 * step));
            var at = Workspace.Time.GetUtcNow();
            await scene.ClockAsync();
            await Workspace.WorkAsync(3);
            for (var i = 0; i < 3; i++)
                if (got[i] is null && scene.Got(i).Count > 0) got[i] = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zones[i])).ToString("yyyy-MM-dd HH:mm");
        }

        Assert.Equal(Enumerable.Repeat($"{date} 10:00", 3), got);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Single(scene.Got(i)));
        Assert.Equal("local", Assert.Single(await Workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Word("timeZone"));
        Assert.Equal("ended", await scene.StatusAsync(campaign));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 0)]
    public async Task A_campaign_whose_only_time_is_over_has_ended_whether_anybody_was_there_or_not(int lateHours, int runs)
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var ten = Workspace.Next("02:00");
        var campaign = await scene.StartedAsync(new { every = "once", date = ten.ToString("yyyy-MM-dd"), at = "10:00", timeZone = "Asia/Shanghai" });
        Assert.Equal(ten, (await Workspace.GetAsync($"/api/campaigns/{campaign}")).GetProperty("nextAt").GetDateTimeOffset());
        Workspace.GoTo(ten.AddHours(lateHours).AddSeconds(30));
        await scene.ClockAsync();
        Assert.Equal(runs, (await scene.RunsAsync(campaign)).Count);
        Assert.Equal(runs > 0 ? "active" : "ended", await scene.StatusAsync(campaign));
        await Workspace.WorkAsync();
        await scene.ClockAsync();
        Assert.Equal("ended", await scene.StatusAsync(campaign));
        Assert.Equal(runs, scene.Got(0).Count);
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { })).Status);
    }

    [Fact]
    public async Task What_comes_due_while_a_campaign_is_paused_never_begins()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = await scene.StartedAsync(new { every = "day", at = "10:00", timeZone = "Asia/Shanghai", missed = "run-once" });
        await Workspace.PostAsync($"/api/campaigns/{campaign}/pause", new { }, HttpStatusCode.OK);
        var ten = Workspace.Next("02:00");
        Workspace.GoTo(ten.AddMinutes(1));
        await scene.ClockAsync();
        await Workspace.PostAsync($"/api/campaigns/{campaign}/resume", new { }, HttpStatusCode.OK);
        await scene.ClockAsync();
        Assert.Empty(await scene.RunsAsync(campaign));
        Workspace.GoTo(ten.AddDays(1).AddMinutes(1));
        await scene.ClockAsync();
        Assert.Single(await scene.RunsAsync(campaign));
        await EndAsync(campaign);
    }

    [Theory]
    [InlineData("change")]
    [InlineData("start")]
    [InlineData("resume")]
    public async Task What_is_due_is_not_lost_by_what_people_do_with_the_campaign_before_the_clock_comes(string what)
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = await scene.StartedAsync(AtTen);
        Workspace.GoTo(Workspace.Next("02:00").AddSeconds(30));
        if (what == "change") await ChangeCampaignAsync(campaign, new { name = "新名" });
        else await Workspace.PostAsync($"/api/campaigns/{campaign}/{what}", new { }, HttpStatusCode.OK);
        await scene.ClockAsync();
        Assert.Single(await scene.RunsAsync(campaign));
        await EndAsync(campaign);
    }

    [Fact]
    public async Task Another_schedule_counts_from_when_it_is_written()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = await scene.StartedAsync(AtTen);
        await ChangeCampaignAsync(campaign, new { schedule = new { every = "day", at = "11:00", timeZone = "Asia/Shanghai" } });
        var ten = Workspace.Next("02:00");
        Workspace.GoTo(ten.AddMinutes(1));
        await scene.ClockAsync();
        Assert.Empty(await scene.RunsAsync(campaign));
        Workspace.GoTo(ten.AddMinutes(61));
        await scene.ClockAsync();
        Assert.Equal([$"{ten:yyyy-MM-dd}T11:00"], await scene.RunsAsync(campaign));
        await EndAsync(campaign);
    }

    // So that it is not due in other tests.
    private Task EndAsync(string campaign) => Workspace.PostAsync($"/api/campaigns/{campaign}/cancel", new { }, HttpStatusCode.OK);

    private async Task ChangeCampaignAsync(string campaign, object change) => Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/campaigns/{campaign}", change)).Status);

    private async Task ChangeAsync(string contact, object change) => Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", change)).Status);
}
