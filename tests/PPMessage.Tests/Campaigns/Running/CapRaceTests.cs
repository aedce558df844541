using System.Net;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>What campaigns take of a contact together, whoever of them comes first.</summary>
public sealed class CapRaceTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const int Contacts = 40;
    private const int Workers = 6;

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Sixteen_campaigns_at_once_never_send_anybody_more_than_the_workspaces_cap_allows()
    {
        const int max = 3;
        var scene = await CampaignScene.MakeAsync(Workspace, Contacts);
        await CapAsync(max);
        var campaigns = new List<string>();
        for (var i = 0; i < 16; i++) campaigns.Add((await scene.CampaignAsync()).Word("id"));
        await Task.WhenAll(campaigns.Select(id => Workspace.PostAsync($"/api/campaigns/{id}/start", new { }, HttpStatusCode.OK)));
        var runs = await Task.WhenAll(campaigns.Select(scene.NewestRunAsync));
        await Workspace.WorkTogetherAsync(Workers, async () => (await Task.WhenAll(runs.Select(scene.StateAsync))).All(state => state == "finished"));
        Assert.All(Enumerable.Range(0, Contacts), i => Assert.Equal(max, scene.Got(i).Count));
        var progress = await Task.WhenAll(runs.Select(scene.ProgressAsync));
        Assert.Equal((Contacts * max, Contacts * (16 - max)), (progress.Sum(one => one.Count("sent")), progress.Sum(one => one.Count("skipped", "capped"))));
        Assert.All(progress, one => Assert.Equal((Contacts, 0L, 0L), (one.Count("matched"), one.Count("queued"), one.Count("deferred"))));
    }

    [Fact]
    public async Task Runs_of_one_campaign_at_once_keep_its_own_cap()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, Contacts);
        var campaign = (await scene.CampaignAsync(new { frequencyCap = new { max = 2, per = "P1D" } }, new { every = "hour" })).Word("id");
        await Workspace.PostAsync($"/api/campaigns/{campaign}/start", new { }, HttpStatusCode.OK);
        for (var i = 0; i < 5; i++)
        {
            Workspace.Time.Advance(TimeSpan.FromHours(1));
            await scene.ClockAsync();
        }

        var runs = (await Workspace.ListAsync($"/api/campaigns/{campaign}/runs")).Select(run => run.Word("id")).ToList();
        Assert.Equal(5, runs.Count);
        await Workspace.WorkTogetherAsync(Workers, async () => (await Task.WhenAll(runs.Select(scene.StateAsync))).All(state => state == "finished"));
        Assert.All(Enumerable.Range(0, Contacts), i => Assert.Equal(2, scene.Got(i).Count));
        await Workspace.PostAsync($"/api/campaigns/{campaign}/cancel", new { }, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_two_campaigns_at_once_the_one_of_more_weight_takes_the_only_place()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 8);
        await CapAsync(1);
        var low = await scene.StartAsync(await scene.CampaignAsync(new { priority = 1 }, content: new { sms = new { text = "低" } }));
        var high = await scene.StartAsync(await scene.CampaignAsync(new { priority = 9 }, content: new { sms = new { text = "高" } }));
        await scene.FinishAsync(low);
        await scene.FinishAsync(high);
        Assert.All(Enumerable.Range(0, 8), i => Assert.StartsWith("高", Assert.Single(scene.Got(i)), StringComparison.Ordinal));
        Assert.Equal(8, (await scene.ProgressAsync(low)).Count("skipped", "capped"));
    }

    [Fact]
    public async Task A_place_that_came_to_nothing_is_free_for_the_next_campaign()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        await CapAsync(1);
        Workspace.Twilio.Misbehave(new PPMessage.Local.Sandbox.Misbehaviour("refused") { Code = 21408 });
        var refused = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(refused);
        Assert.Equal(1, (await scene.ProgressAsync(refused)).Count("failed", "21408"));
        await scene.FinishAsync(await scene.StartAsync(await scene.CampaignAsync()));
        Assert.Single(scene.Got(0));
        var third = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(third);
        Assert.Equal(1, (await scene.ProgressAsync(third)).Count("skipped", "capped"));
    }

    [Fact]
    public async Task Once_for_each_contact_leaves_the_second_run_those_who_have_come_since()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var campaign = await scene.CampaignAsync(new { oncePerContact = true });
        await scene.FinishAsync(await scene.StartAsync(campaign));
        Workspace.Time.Advance(TimeSpan.FromDays(1));
        var late = Calls.NewPhone();
        await Workspace.PostAsync("/api/contacts", new { name = "新来的", phones = new[] { late }, tags = new[] { scene.Tag } });
        var second = await scene.StartAsync(campaign);
        await scene.FinishAsync(second);
        Assert.All(Enumerable.Range(0, 2), i => Assert.Single(scene.Got(i)));
        Assert.Single(Workspace.Got(late));
        Assert.Equal(2, (await scene.ProgressAsync(second)).Count("skipped", "once"));
    }

    private Task CapAsync(int max) => CampaignScene.SetAsync(Workspace, new { frequencyCap = new { max, per = "P7D" }, quietHours = (object?)null, ratePerSecond = new { sms = 10000 } });
}
