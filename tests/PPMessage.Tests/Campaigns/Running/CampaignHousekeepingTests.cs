using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class CampaignHousekeepingTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task An_old_run_is_forgotten_everywhere_and_a_younger_one_stays()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 5);
        var campaign = await scene.CampaignAsync();
        var old = await scene.StartAsync(campaign);
        await scene.FinishAsync(old);
        await Workspace.TwilioTellsAsync();
        Workspace.Time.Advance(TimeSpan.FromDays(100));
        var young = await scene.StartAsync(campaign);
        await scene.FinishAsync(young);
        Assert.NotEqual(0, await RowsAsync(old));
        Workspace.Time.Advance(TimeSpan.FromDays(79));
        await HousekeepAsync();
        Assert.NotEqual(0, await RowsAsync(old));
        Workspace.Time.Advance(TimeSpan.FromDays(3));
        await HousekeepAsync();
        Assert.Equal(0, await RowsAsync(old));
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/campaign-runs/{old}")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/campaign-runs/{old}/recipients")).Status);
        Assert.Equal(young, Assert.Single(await Workspace.ListAsync($"/api/campaigns/{campaign.Word("id")}/runs")).Word("id"));
        Assert.Equal(5, (await scene.RecipientsAsync(young)).Count);
    }

    [Fact]
    public async Task A_run_whose_work_was_lost_is_put_going_again_and_sends_to_nobody_twice()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 40);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await SomeWorkAsync();
        await LoseWorkAsync();
        var sent = Enumerable.Range(0, 40).Sum(i => scene.Got(i).Count);
        Assert.InRange(sent, 0, 39);
        await HousekeepAsync();
        await Workspace.WorkAsync();
        Assert.Equal("running", await scene.StateAsync(run));
        // Young ones are left alone.
        Workspace.Time.Advance(TimeSpan.FromHours(7));
        await LoseWorkAsync();
        await HousekeepAsync();
        await scene.FinishAsync(run);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Single(scene.Got(i)));
    }

    [Fact]
    public async Task A_paused_run_stays_so_and_one_that_is_noted_wrongly_is_noted_no_more()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 2);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/campaign-runs/{run}/pause")).Status);
        var occurrences = Workspace.Services.GetRequiredService<OccurrenceStore>();
        var nobody = (await occurrences.FindAsync(run, default))!.Value.Occurrence with { Id = OccurrenceIds.Of("cp_01KB0000000000000000000009", "x", Workspace.Time.GetUtcNow()) };
        await occurrences.NoteRunningAsync(nobody, default);
        Workspace.Time.Advance(TimeSpan.FromHours(7));
        await HousekeepAsync();
        await Workspace.WorkAsync();
        Assert.Equal("paused", await scene.StateAsync(run));
        Assert.Empty(scene.Got(0));
        var running = (await occurrences.RunningAsync(default)).Select(one => one.Id).ToList();
        Assert.Contains(run, running);
        Assert.DoesNotContain(nobody.Id, running);
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/campaign-runs/{run}/cancel")).Status);
        await scene.FinishAsync(run);
    }

    // Some messages of the queue, and not those that they make.
    private async Task SomeWorkAsync()
    {
        for (var i = 0; i < 3; i++)
            foreach (var message in await Workspace.Store.DequeueAsync(Queues.Bulk, 16, TimeSpan.FromSeconds(60), default))
            {
                await Workspace.Services.GetRequiredService<PPMessage.Work.WorkRunner>().RunAsync(message.Text, message.DequeueCount, default);
                await Workspace.Store.DeleteAsync(Queues.Bulk, message.Receipt, default);
            }
    }

    private async Task LoseWorkAsync()
    {
        Workspace.Time.Advance(TimeSpan.FromMinutes(2));
        while (await Workspace.Store.DequeueAsync(Queues.Bulk, 16, TimeSpan.FromSeconds(60), default) is { Count: > 0 } messages)
            foreach (var message in messages) await Workspace.Store.DeleteAsync(Queues.Bulk, message.Receipt, default);
    }

    private Task HousekeepAsync() => Workspace.Services.GetRequiredService<CampaignHousekeeping>().RunAsync(Workspace.Time.GetUtcNow(), default);

    private async Task<int> RowsAsync(string run)
    {
        var rows = 0;
        foreach (var bucket in ContactKeys.AllBuckets())
            foreach (var range in LedgerKeys.All(run)) rows += (await Workspace.Store.ReadRangeAsync(Tables.Contacts, bucket, range, 1000, default)).Rows.Count;
        return rows;
    }
}
