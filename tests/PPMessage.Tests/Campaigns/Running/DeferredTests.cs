using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>Who is to get it later is asked anew then.</summary>
public sealed class DeferredTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task When_the_time_comes_all_is_decided_anew()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 6);
        var run = await scene.StartAsync(await scene.CampaignAsync(Later(2), more: new { name = "晚点" }));
        await Workspace.WorkAsync();
        Assert.Equal(6, (await scene.RecipientsAsync(run, "?state=deferred&reason=quiet_hours")).Count);
        Assert.Equal(6, (await scene.ProgressAsync(run)).Count("deferred"));

        await CampaignScene.SetAsync(Workspace, new { frequencyCap = new { max = 1, per = "P7D" }, quietHours = (object?)null, ratePerSecond = new { sms = 10000 } });
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{scene.Contacts[1]}", new { tags = Array.Empty<string>() })).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{scene.Contacts[2]}")).Status);
        var other = (await Workspace.CallAsync("POST", "/api/contacts", new { name = "另一个", phones = new[] { Calls.NewPhone() } })).Id;
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/contacts/{scene.Contacts[3]}/merge", new { into = other })).Status);
        await Workspace.TextAsync(scene.Phones[4], "TD");
        var hasty = await scene.StartAsync(await scene.CampaignAsync(more: new { name = "马上", segmentId = await OfAsync(scene.Contacts[5]) }));
        await scene.FinishAsync(hasty);

        Workspace.Time.Advance(TimeSpan.FromHours(3));
        await scene.FinishAsync(run);
        var became = (await scene.RecipientsAsync(run)).ToDictionary(one => one.Word("contactId"), one => $"{one.Word("state")} {one.GetProperty("reason").GetString()}");
        Assert.Equal(["delivered ", "skipped left_segment", "skipped gone", "skipped gone", "skipped suppressed", "skipped capped"], scene.Contacts.Select(contact => became[contact]));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((6, 0, 0, 1), (progress.Count("matched"), progress.Count("deferred"), progress.Count("queued"), progress.Count("sent")));
        Assert.Equal(2, progress.Count("skipped", "gone"));
    }

    [Fact]
    public async Task On_days_that_are_not_allowed_and_on_holidays_it_waits_and_for_more_than_a_week_it_does_not()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var today = TimeZoneInfo.ConvertTime(Workspace.Time.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var tomorrow = new DateTimeOffset(today.Date.AddDays(1), today.Offset);
        var byDay = await scene.StartAsync(await scene.CampaignAsync(new { allowedDays = new[] { (int)tomorrow.DayOfWeek } }));
        await HolidaysAsync(today, 1);
        var byHoliday = await scene.StartAsync(await scene.CampaignAsync(new { holidays = true }));
        await Workspace.WorkAsync();
        Assert.Equal(tomorrow, Assert.Single(await scene.RecipientsAsync(byDay)).GetProperty("until").GetDateTimeOffset());
        Assert.Equal(tomorrow.AddDays(1), Assert.Single(await scene.RecipientsAsync(byHoliday)).GetProperty("until").GetDateTimeOffset());
        Assert.Empty(scene.Got(0));

        await HolidaysAsync(today, 9);
        var never = await scene.StartAsync(await scene.CampaignAsync(new { holidays = true }));
        await scene.FinishAsync(never);
        Assert.Equal("too_late", Assert.Single(await scene.RecipientsAsync(never)).Word("reason"));
        await HolidaysAsync(today, 1);
        Workspace.GoTo(tomorrow.AddSeconds(1));
        await scene.FinishAsync(byDay);
        Assert.Single(scene.Got(0));
        Workspace.GoTo(tomorrow.AddDays(1).AddSeconds(1));
        await scene.FinishAsync(byHoliday);
        Assert.Equal(2, scene.Got(0).Count);
    }

    [Fact]
    public async Task A_cancelled_run_forgets_those_who_were_waiting()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 3);
        var run = await scene.StartAsync(await scene.CampaignAsync(Later(2)));
        await Workspace.WorkAsync();
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/campaign-runs/{run}/cancel")).Status);
        await scene.FinishAsync(run);
        Workspace.Time.Advance(TimeSpan.FromHours(3));
        await Workspace.WorkAsync();
        Assert.All(Enumerable.Range(0, 3), i => Assert.Empty(scene.Got(i)));
        Assert.Equal(3, (await scene.RecipientsAsync(run, "?state=skipped&reason=cancelled")).Count);
    }

    // All phones are of China.
    private object Later(int hours)
    {
        string Hour(int more) => $"{(Workspace.Time.GetUtcNow().Hour + 8 + more) % 24:D2}:00";
        return new { allowedHours = new { from = Hour(hours), to = Hour(hours + 4) } };
    }

    private async Task HolidaysAsync(DateTimeOffset from, int days)
    {
        var holiday = new { date = from.ToString("yyyy-MM-dd"), name = "停业", to = from.AddDays(days).ToString("yyyy-MM-dd") };
        Assert.Equal(200, (await Workspace.CallAsync("PUT", "/api/settings/business-hours", new { timeZone = "UTC", holidays = new[] { holiday } })).Status);
    }

    private async Task<string> OfAsync(string contact) =>
        (await Workspace.CallAsync("POST", "/api/segments", new { name = contact, filter = new { field = "contact.id", op = "eq", value = contact } })).Id;
}
