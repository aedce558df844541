using System.Net;
using PPMessage.Conversations;
using PPMessage.Local.Sandbox;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>As <see cref="MailTroubleTests"/>, by SMS, one by one.</summary>
public sealed class TextTroubleTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>, IDisposable
{
    private const int Count = 20;

    private readonly Workspace _workspace = shared.Workspace;

    public void Dispose() => _workspace.Twilio.Behave();

    [Theory]
    [InlineData(20003, 0)]
    [InlineData(63038, 0)]
    [InlineData(63038, 30)]
    public async Task What_stands_against_the_account_pauses_the_run_and_burns_nobody(int code, int hours)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, Count);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Refused) { Code = code, Standing = true });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.PassMinutesAsync(2);
        await PausedAsync(scene, run, $"{code}");
        // However long it stands, and whoever tries in between.
        if (hours > 0)
        {
            _workspace.Time.Advance(TimeSpan.FromHours(hours));
            await ResumeAsync(run);
            await scene.PassMinutesAsync(10);
            await PausedAsync(scene, run, $"{code}");
        }

        _workspace.Twilio.Behave();
        _workspace.Time.Advance(TimeSpan.FromHours(1));
        await ResumeAsync(run);
        await scene.FinishAsync(run, 100);
        await EverybodyAsync(scene, run);
    }

    [Theory]
    [InlineData(20003)]
    [InlineData(63038)]
    public async Task What_is_mended_soon_goes_on_as_soon_as_the_run_may(int code)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, Count);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Refused) { Code = code, Standing = true });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.PassMinutesAsync(1);
        await PausedAsync(scene, run, $"{code}");
        _workspace.Twilio.Behave();
        await ResumeAsync(run);
        await scene.PassMinutesAsync(1);
        Assert.Equal("finished", await scene.StateAsync(run));
        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task Who_is_to_come_back_later_comes_back_and_goes_on()
    {
        // What other tests have left Twilio to do, and the pauses that it asked for, are over.
        _workspace.Twilio.Behave();
        _workspace.Time.Advance(TimeSpan.FromHours(1));
        var scene = await CampaignScene.MakeAsync(_workspace, Count);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests) { Count = 6 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        // While the lane is paused one chunk after the other tries it: two minutes for six refusals.
        for (var step = 0; step < 100 && await scene.StateAsync(run) != "finished"; step++)
        {
            await scene.DrainWhileTimePassesAsync();
            _workspace.Time.Advance(TimeSpan.FromSeconds(3));
        }

        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task Without_an_active_channel_a_run_stands_still_and_goes_on_when_there_is_one()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        var campaign = await scene.CampaignAsync();
        await _workspace.PostAsync($"/api/channels/{_workspace.ChannelId}/deactivate", new { }, HttpStatusCode.OK);
        _workspace.Time.Advance(TimeSpan.FromSeconds(30));
        var run = await scene.StartAsync(campaign);
        await scene.PassMinutesAsync(2);
        var stands = await scene.RunAsync(run);
        Assert.Equal("paused", stands.Word("state"));
        Assert.Contains("No channel of sms is active", stands.GetProperty("reason").Word("text"), StringComparison.Ordinal);
        await _workspace.PostAsync($"/api/channels/{_workspace.ChannelId}/activate", new { }, HttpStatusCode.OK);
        _workspace.Time.Advance(TimeSpan.FromSeconds(30));
        await ResumeAsync(run);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task A_text_that_is_too_long_with_what_stands_below_it_shows_in_the_preview_and_goes_to_nobody()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        var campaign = await scene.CampaignAsync(content: new { sms = new { text = new string('x', 1600) } });
        var preview = await _workspace.PostAsync($"/api/campaigns/{campaign.Word("id")}/preview", new { }, HttpStatusCode.OK);
        Assert.Equal((0, 1), (preview.GetProperty("would").GetInt64(), preview.GetProperty("skipped").GetProperty("content").GetInt64()));
        Assert.Contains("at most 1600", preview.GetProperty("sample")[0].GetProperty("messages").GetProperty("sms").Word("mistake"), StringComparison.Ordinal);
        var run = await scene.StartAsync(campaign);
        await scene.FinishAsync(run);
        Assert.Equal("content", Assert.Single(await scene.RecipientsAsync(run, "?state=skipped")).Word("reason"));
    }

    [Fact]
    public async Task A_provider_that_is_down_pauses_the_run_after_a_few()
    {
        const int many = 100;
        var scene = await CampaignScene.MakeAsync(_workspace, many);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ServerError) { Standing = true });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        for (var minute = 0; minute < 20 && await scene.StateAsync(run) != "paused"; minute++)
        {
            await scene.DrainWhileTimePassesAsync();
            _workspace.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var paused = await scene.RunAsync(run);
        Assert.Equal("paused", paused.Word("state"));
        Assert.True(paused.GetProperty("progress").Count("queued") > 0, $"{paused}");
    }

    [Fact]
    public async Task Who_lets_a_run_go_on_after_its_provider_was_down_is_not_stopped_by_the_next_one_without_an_answer()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 30);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ServerError) { Standing = true });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.PassMinutesAsync(5);
        Assert.Equal("paused", await scene.StateAsync(run));
        _workspace.Twilio.Behave();
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept));
        _workspace.Time.Advance(TimeSpan.FromHours(1));
        await ResumeAsync(run);
        await scene.PassMinutesAsync(5);
        Assert.Equal("finished", await scene.StateAsync(run));
    }

    [Fact]
    public async Task A_provider_that_never_has_time_pauses_the_run_and_burns_nobody()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.TooManyRequests) { Standing = true });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        for (var minute = 0; minute < 30; minute++)
        {
            await scene.DrainWhileTimePassesAsync();
            _workspace.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("paused", await scene.StateAsync(run));
        Assert.Empty(await scene.RecipientsAsync(run, "?state=failed"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_taken_without_an_answer_is_found_and_counted_once(bool isToldBefore)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept));
        if (!isToldBefore) _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Late) { By = TimeSpan.FromSeconds(1), Count = 3 });
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await _workspace.DrainAsync();
        if (isToldBefore) await scene.HearAsync();
        await scene.PassMinutesAsync(10);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task A_callback_that_names_the_message_while_the_provider_is_asked_for_it_does_not_make_it_somebody_elses()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept), new Misbehaviour(Misbehaviour.DropCallbacks));
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await DrainStruckAsync(FaultySender.Find, Fault.DiesBefore);
        var unknown = Assert.Single(await scene.RecipientsAsync(run, "?state=unknown"));
        // What the callback has written by then, with more beside it than who asks would write.
        var (message, given) = (unknown.Word("messageId"), _workspace.Twilio.Messages().Single(text => text.To == scene.Phones[0]));
        var told = RowWrite.Insert(ThreadRows.Dedupe("provider", given.Sid), new Dedupe(unknown.Word("conversationId"), message, "run", "campaign"), ConversationsJson.Default.Dedupe);
        Assert.True((await _workspace.Store.CommitAsync(Tables.Threads, ThreadKeys.Message(message)!.Value.Thread, [told], default)).Committed);
        await scene.PassMinutesAsync(10);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task What_was_never_taken_has_failed_and_goes_when_somebody_asks_for_it()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetBeforeAccept));
        var run = await scene.StartAsync(await scene.CampaignAsync(new { frequencyCap = new { max = 1, per = "P7D" } }));
        await scene.PassMinutesAsync(20);
        await scene.FinishAsync(run);
        Assert.Equal("not-sent", Assert.Single(await scene.RecipientsAsync(run, "?state=failed")).Word("reason"));
        var before = await scene.ProgressAsync(run);
        Assert.Equal([3, 2, 0, 0], Numbers(before, "matched", "sent", "queued", "unknown"));
        await _workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, run);
    }

    [Fact]
    public async Task Whoever_dies_before_it_is_written_down_what_was_in_doubt_leaves_sums_that_hold()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 1);
        _workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.ResetAfterAccept));
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await DrainStruckAsync("commit Contacts k|", Fault.DiesBefore);
        await scene.PassMinutesAsync(10);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, run);
    }

    /// <summary>Lets the queue work, and the first call of this name go wrong.</summary>
    private async Task DrainStruckAsync(string name, Fault fault)
    {
        var strikes = new List<Strike>();
        FaultPlan faults = null!;
        faults = new FaultPlan(strikes)
        {
            Meanwhile = call =>
            {
                if (strikes.Count == 0 && call.StartsWith(name, StringComparison.Ordinal)) strikes.Add(new Strike(faults.Calls.Count + 1, fault));
            },
        };
        _workspace.Suffer(faults);
        await _workspace.DrainAsync();
        _workspace.Suffer(null);
        Assert.Single(strikes);
    }

    private static long[] Numbers(System.Text.Json.JsonElement of, params string[] names) => [.. names.Select(name => of.GetProperty(name).GetInt64())];

    private async Task PausedAsync(CampaignScene scene, string run, string code)
    {
        var paused = await scene.RunAsync(run);
        Assert.Equal(("paused", code), (paused.Word("state"), paused.GetProperty("reason").Word("code")));
        Assert.Empty(await scene.RecipientsAsync(run, "?state=failed"));
        Assert.All(Enumerable.Range(0, Count), i => Assert.Empty(scene.Got(i)));
    }

    private Task ResumeAsync(string run) => _workspace.PostAsync($"/api/campaign-runs/{run}/resume", new { }, HttpStatusCode.OK);

    private static async Task EverybodyAsync(CampaignScene scene, string run)
    {
        await scene.HearAsync();
        var count = scene.Contacts.Count;
        Assert.All(Enumerable.Range(0, count), i => Assert.Single(scene.Got(i)));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal([count, count, count, 0, 0], Numbers(progress, "matched", "sent", "delivered", "queued", "unknown"));
        Assert.DoesNotContain(progress.GetProperty("failed").EnumerateObject().Concat(progress.GetProperty("undelivered").EnumerateObject()), one => one.Value.GetInt64() != 0);
        Assert.Equal(count, (await scene.RecipientsAsync(run, "?state=delivered")).Count);
    }
}
