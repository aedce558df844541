using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Channels;
using PPMessage.Conversations;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_told_late_of_a_message_that_failed_says_nothing_of_the_one_that_was_sent_in_its_place(bool isBefore)
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.FinalStatus) { Status = "undelivered", Code = 30003 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        Assert.Equal(1, (await scene.ProgressAsync(run)).Count("undelivered", "30003"));
        // Twilio tells the end of the first message once more: before or behind that of the second.
        var first = Workspace.Twilio.Messages().Last(text => text.To == scene.Phones[0]);
        await Workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        if (isBefore) Workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.DropCallbacks));
        await Workspace.DrainAsync();
        var words = Workspace.Services.GetRequiredService<CampaignWords>();
        var tag = new RecipientTag(run, scene.Contacts[0], 0, "sms").ToString();
        await words.TellAsync(tag, new DeliveryEvent(1, DeliveryStates.Failed, "undelivered", first.Sid, new DeliveryError("30003", "Unreachable"), Workspace.Time.GetUtcNow()), null, default);
        await scene.FinishAsync(run);
        Assert.Equal(0, (await scene.ProgressAsync(run)).Count("undelivered", "30003"));
        Assert.Equal(isBefore ? "sent" : "delivered", Assert.Single(await scene.RecipientsAsync(run)).Word("state"));
        var sent = Workspace.Twilio.Messages().Count(text => text.To == scene.Phones[0]);
        await Workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        Assert.Equal((2, 2), (sent, Workspace.Twilio.Messages().Count(text => text.To == scene.Phones[0])));
    }
}
