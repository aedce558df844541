using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Ledgers;

/// <summary>What a run's ledger keeps of people who are erased or become part of others.</summary>
public sealed class ErasedRecipientsTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Of_an_erased_contact_the_ledger_keeps_that_somebody_got_it_and_nothing_of_who()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        foreach (var contact in scene.Contacts) Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name = "王秘密" })).Status);
        Workspace.Twilio.Misbehave(new Misbehaviour("refused") { Code = 21211 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        await Workspace.TwilioTellsAsync();
        Assert.Single(await scene.RecipientsAsync(run, "?state=failed&reason=21211"));
        foreach (var contact in scene.Contacts) Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/contacts/{contact}")).Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(6));
        var left = await scene.RecipientsAsync(run);
        Assert.Equal(2, left.Count);
        Assert.All(left, one => Assert.Equal(System.Text.Json.JsonValueKind.Null, one.GetProperty("name").ValueKind));
        Assert.All(left, one => Assert.DoesNotContain(scene.Phones, phone => one.GetRawText().Contains(phone[1..], StringComparison.Ordinal)));
        Assert.DoesNotContain(left, one => one.GetRawText().Contains("王秘密", StringComparison.Ordinal));
        Assert.Equal((1, 1), ((await scene.ProgressAsync(run)).Count("sent"), (await scene.ProgressAsync(run)).Count("failed", "21211")));
    }

    [Fact]
    public async Task Who_becomes_one_person_has_got_what_both_have_got()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        foreach (var contact in scene.Contacts)
        {
            // One after the other.
            foreach (var other in scene.Contacts) Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{other}", new { tags = other == contact ? new[] { scene.Tag } : [] })).Status);
            await scene.FinishAsync(await scene.StartAsync(await scene.CampaignAsync()));
            Workspace.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/contacts/{scene.Contacts[0]}/merge", new { into = scene.Contacts[1] })).Status);
        await Workspace.PassAsync(TimeSpan.FromMinutes(6));
        await CampaignScene.SetAsync(Workspace, new { frequencyCap = new { max = 3, per = "P7D" }, quietHours = (object?)null, ratePerSecond = new { sms = 10000 } });
        await scene.FinishAsync(await scene.StartAsync(await scene.CampaignAsync()));
        var capped = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(capped);
        Assert.Equal((1, 1), ((await scene.ProgressAsync(capped)).Count("matched"), (await scene.ProgressAsync(capped)).Count("skipped", "capped")));
        Assert.Equal((1, 2), (scene.Got(0).Count, scene.Got(1).Count));
    }
}
