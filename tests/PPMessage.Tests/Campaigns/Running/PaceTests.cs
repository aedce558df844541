using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>How fast campaigns send. The clock goes on while a chunk waits for its next message, fifty times as fast as the wall's.</summary>
public sealed class PaceTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    // Of a slow machine: a second of the clock on the wall is so much here.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_campaign_with_a_rate_takes_as_long_as_it_must()
    {
        const double rate = 0.1;
        var scene = await CampaignScene.MakeAsync(Workspace, 12);
        var run = await scene.StartAsync(await scene.CampaignAsync(new { ratePerSecond = rate }));
        await FinishAsync(scene, run);
        Check([.. Enumerable.Range(0, 12).SelectMany(i => SentAt(scene, i))], 12, rate);
        Assert.InRange((await scene.ProgressAsync(run)).GetProperty("perSecond").GetDouble(), rate * 0.4, rate);
    }

    [Fact]
    public async Task Two_campaigns_share_what_the_channel_bears()
    {
        const double rate = 0.1;
        var (first, second) = (await CampaignScene.MakeAsync(Workspace, 6), await CampaignScene.MakeAsync(Workspace, 6));
        await CampaignScene.SetAsync(Workspace, new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { sms = rate } });
        var runs = (await first.StartAsync(await first.CampaignAsync()), await second.StartAsync(await second.CampaignAsync()));
        await FinishAsync(first, runs.Item1);
        await FinishAsync(second, runs.Item2);
        Check([.. Enumerable.Range(0, 6).SelectMany(i => SentAt(first, i).Concat(SentAt(second, i)))], 12, rate);
    }

    // A message may be up to one step late, and then the next one follows it sooner.
    private static void Check(DateTimeOffset[] sent, int count, double rate)
    {
        Array.Sort(sent);
        Assert.Equal(count, sent.Length);
        for (var i = 0; i < count; i++)
            for (var j = i + 1; j < count; j++)
                Assert.True(j - i <= ((sent[j] - sent[i]).TotalSeconds * rate) + 1, $"{j - i + 1} messages in {sent[j] - sent[i]}.");
        Assert.InRange((sent[^1] - sent[0]).TotalSeconds, (count - 1) / rate, 3 * (count - 1) / rate);
    }

    private IEnumerable<DateTimeOffset> SentAt(CampaignScene scene, int contact) => Workspace.Twilio.Received(scene.Phones[contact]).Select(text => text.At);

    private async Task FinishAsync(CampaignScene scene, string run)
    {
        await Workspace.GoOnUntilAsync(WorkUntilFinishedAsync(scene, run), Step);
        await Workspace.TwilioTellsAsync();
    }

    private async Task WorkUntilFinishedAsync(CampaignScene scene, string run)
    {
        while (await scene.StateAsync(run) != "finished")
        {
            await Workspace.DrainAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), Workspace.Time);
        }
    }
}
