using System.Net;
using System.Text.Json;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Occurrences;

public sealed class RunsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Started_twice_within_a_minute_it_is_one_run_and_when_that_is_over_the_next_minute_is_to_be_waited_for()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = (await scene.CampaignAsync()).Word("id");
        Workspace.GoTo(new DateTimeOffset(Workspace.Time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { now = true })));
        Assert.All(answers, answer => Assert.Equal((200, "active"), (answer.Status, answer.Text("status"))));
        var run = Assert.Single(await Workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Word("id");
        await scene.FinishAsync(run);
        Assert.Equal("ended", await scene.StatusAsync(campaign));
        var early = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { });
        Assert.Equal(409, early.Status);
        Assert.Contains("next", early.Problem, StringComparison.Ordinal);
        Assert.Equal("ended", await scene.StatusAsync(campaign));
        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        var again = await Workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { });
        Assert.Equal(409, again.Status);
        Assert.Contains("has run", again.Problem, StringComparison.Ordinal);
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/campaigns/{campaign}/start", new { now = true })).Status);
        Assert.Equal(2, (await Workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Count);
        await scene.FinishAsync(await scene.NewestRunAsync(campaign));
        Assert.Equal(2, scene.Got(0).Count);
    }

    [Fact]
    public async Task Each_state_refuses_what_is_none_of_its_ways()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = (await scene.CampaignAsync()).Word("id");
        await RefusedAsync($"/api/campaigns/{campaign}/pause", "draft");
        await RefusedAsync($"/api/campaigns/{campaign}/resume", "draft");
        await Workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        var run = await scene.NewestRunAsync(campaign);
        await RefusedAsync($"/api/campaign-runs/{run}/retry-failed", "not finished");
        await RefusedAsync($"/api/campaign-runs/{run}/retry-failed", "not finished");
        Assert.Equal(409, (await Workspace.CallAsync("DELETE", $"/api/campaigns/{campaign}")).Status);
        foreach (var _ in "ab") await Workspace.PostAsync($"/api/campaigns/{campaign}/pause", new { }, HttpStatusCode.OK);
        Assert.Equal(("paused", "paused"), (await scene.StatusAsync(campaign), await scene.StateAsync(run)));
        await RefusedAsync($"/api/campaigns/{campaign}/start", "resume it");
        Assert.Equal(409, (await Workspace.CallAsync("DELETE", $"/api/campaigns/{campaign}")).Status);
        await Workspace.PostAsync($"/api/campaigns/{campaign}/cancel", new { }, HttpStatusCode.OK);
        Assert.Equal(409, (await Workspace.CallAsync("DELETE", $"/api/campaigns/{campaign}")).Status);
        await scene.FinishAsync(run);
        foreach (var word in new[] { "pause", "resume", "retry-failed" }) await RefusedAsync($"/api/campaign-runs/{run}/{word}", "cancelled");
        Assert.Equal(JsonValueKind.Null, (await scene.ProgressAsync(run)).GetProperty("secondsLeft").ValueKind);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/campaigns/{campaign}")).Status);
        Assert.Equal(200, (await Workspace.CallAsync("GET", $"/api/campaign-runs/{run}")).Status);
    }

    [Fact]
    public async Task What_people_do_is_noted()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var campaign = (await scene.CampaignAsync()).Word("id");
        await Workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        var run = await scene.NewestRunAsync(campaign);
        foreach (var word in new[] { "pause", "resume", "cancel" }) await Workspace.PostAsync($"/api/campaign-runs/{run}/{word}", new { }, HttpStatusCode.OK);
        foreach (var word in new[] { "pause", "resume", "cancel" }) await Workspace.PostAsync($"/api/campaigns/{campaign}/{word}", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.Equal(["campaign_run.cancelled", "campaign_run.paused", "campaign_run.resumed"], await ActionsAsync(run));
        Assert.Equal(["campaign.cancelled", "campaign.created", "campaign.paused", "campaign.resumed", "campaign.started"], await ActionsAsync(campaign));
    }

    [Fact]
    public async Task What_is_changed_while_it_runs_counts_for_the_next_run()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var campaign = await scene.CampaignAsync();
        var run = await scene.StartAsync(campaign);
        Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/campaigns/{campaign.Word("id")}", new { content = new { sms = new { text = "新的" } }, rules = new { oncePerContact = false } })).Status);
        await scene.FinishAsync(run);
        Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        await scene.FinishAsync(await scene.StartAsync(campaign));
        Assert.All(Enumerable.Range(0, 2), i => Assert.Equal(["客户", "新的"], scene.Got(i).Select(text => text[..2])));
    }

    [Fact]
    public async Task Runs_come_in_pages_newest_first()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 0);
        var campaign = await scene.CampaignAsync();
        var runs = new List<string>();
        for (var i = 0; i < 5; i++, Workspace.Time.Advance(TimeSpan.FromMinutes(1)))
        {
            runs.Insert(0, await scene.StartAsync(campaign));
            await scene.FinishAsync(runs[0]);
        }

        var path = $"/api/campaigns/{campaign.Word("id")}/runs";
        Assert.Equal(runs, (await Workspace.ListAsync(path, limit: 2)).Select(run => run.Word("id")));
        foreach (var cursor in new[] { "x", "cr_x", "%E4%BD%A0", runs[0] + "x", runs[0].Replace(runs[0][^4..], "0000", StringComparison.Ordinal), "cr_%7C" })
            Assert.Equal(400, (await Workspace.CallAsync("GET", $"{path}?cursor={cursor}")).Status);
        foreach (var id in new[] { "cr_x", "%E4%BD%A0", runs[0] + "x", runs[0][..^1], runs[0].ToLowerInvariant(), "cr_" + new string('0', 52) })
            foreach (var part in new[] { "", "/stats", "/recipients", "/recipients/export" }) Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/campaign-runs/{id}{part}")).Status);
        foreach (var word in new[] { "pause", "resume", "cancel", "retry-failed" }) Assert.Equal(404, (await Workspace.CallAsync("POST", $"/api/campaign-runs/cr_{new string('0', 52)}/{word}")).Status);
    }

    [Fact]
    public async Task Counts_are_told_by_content_and_channel_and_by_hour()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 12);
        var variants = new[] { new { name = "甲", content = new { sms = new { text = "甲" } } }, new { name = "乙", content = new { sms = new { text = "乙" } } } };
        var campaign = await scene.CampaignAsync(more: new { content = (object?)null, abTest = new { variants } });
        Workspace.Twilio.Misbehave(new Misbehaviour("refused") { Code = 21408 });
        var run = await scene.StartAsync(campaign);
        await scene.FinishAsync(run);
        await Workspace.TwilioTellsAsync();
        await Workspace.WorkAsync();
        var (ofRun, ofCampaign) = (await Workspace.GetAsync($"/api/campaign-runs/{run}/stats"), await Workspace.GetAsync($"/api/campaigns/{campaign.Word("id")}/stats"));
        Assert.Equal(ofRun.GetRawText(), ofCampaign.GetRawText());
        var rows = ofRun.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["乙", "甲"], rows.Select(row => row.Word("variant")));
        Assert.All(rows, row => Assert.Equal("sms", row.Word("channelKind")));
        Assert.Equal((11, 11, 1), (rows.Sum(row => Of(row, "sent")), rows.Sum(row => Of(row, "delivered")), rows.Sum(row => Of(row, "failed"))));
        Assert.Equal(1, rows.Sum(row => row.GetProperty("failedBy").TryGetProperty("21408", out var count) ? count.GetInt64() : 0));
        Assert.Equal(11, ofRun.GetProperty("hours").EnumerateArray().Sum(hour => Of(hour, "sent")));
        foreach (var (name, letter) in new[] { ("甲", '甲'), ("乙", '乙') })
            Assert.Equal(Enumerable.Range(0, 12).Count(i => scene.Got(i).Any(text => text[0] == letter)), rows.Where(row => row.Word("variant") == name).Sum(row => Of(row, "sent")));
    }

    private static long Of(System.Text.Json.JsonElement row, string word) => row.GetProperty("counts").TryGetProperty(word, out var count) ? count.GetInt64() : 0;

    private async Task RefusedAsync(string path, string why)
    {
        var refused = await Workspace.CallAsync("POST", path, path.Contains("-runs", StringComparison.Ordinal) ? null : new { });
        Assert.Equal(409, refused.Status);
        Assert.Contains(why, refused.Problem, StringComparison.Ordinal);
    }

    private async Task<IEnumerable<string>> ActionsAsync(string subject) => (await Workspace.ListAsync($"/api/audit?subject={subject}")).Select(line => line.Word("action")).Order(StringComparer.Ordinal);
}
