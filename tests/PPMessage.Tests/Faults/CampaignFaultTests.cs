using System.Globalization;
using System.Net;
using PPMessage.Local.Sandbox;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Campaigns, and a fault at each kind of call: whatever goes wrong, everybody gets it once, the numbers add up, and only what a death cut off waits for a person.</summary>
public sealed class CampaignFaultTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    [Fact]
    public Task A_campaign_that_is_started_by_a_person_survives_faults() => ProveAsync("started", stage => stage.CreateAsync(), stage => stage.StartAsync());

    [Fact]
    public Task Mails_that_go_out_together_survive_faults() => ProveAsync("by mail", stage => stage.CreateAsync("email"), stage => stage.StartAsync());

    [Fact]
    public Task Who_is_deferred_to_the_morning_gets_it_then_whatever_goes_wrong() =>
        ProveAsync("deferred", stage => stage.CreateAsync(rules: Night(stage, TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(3))), stage => stage.StartAsync());

    [Fact]
    public Task When_night_falls_over_a_death_nobody_gets_it_again_in_the_morning() => ProveAsync("nightfall", async stage =>
    {
        var past = stage.Workspace.Time.GetUtcNow().Ticks % TimeSpan.TicksPerMinute;
        stage.Workspace.Time.Advance(TimeSpan.FromSeconds(70) - TimeSpan.FromTicks(past));
        await stage.CreateAsync(rules: Night(stage, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)));
    }, stage => stage.StartAsync());

    [Fact]
    public Task A_campaign_that_is_cancelled_in_the_middle_ends_whatever_goes_wrong() =>
        ProveAsync("cancelled", InTheMiddle, stage => stage.ControlAsync("cancel"), apart: true);

    [Fact]
    public Task A_campaign_that_is_paused_and_resumed_goes_on_whatever_goes_wrong() => ProveAsync("paused, resumed", InTheMiddle, async stage =>
    {
        await stage.ControlAsync("pause");
        await stage.PassAsync(mostSteps: 3);
        await stage.ControlAsync("resume");
    }, apart: true);

    [Fact]
    public Task Those_who_have_failed_get_it_once_when_a_person_asks_for_it() => ProveAsync("retried", async stage =>
    {
        stage.Workspace.Twilio.Misbehave(stage.People.Select(_ => new Misbehaviour(Misbehaviour.Refused) { Code = 21408 }));
        await Sent(stage);
    }, stage => stage.ControlAsync("retry-failed"));

    [Fact]
    public Task An_answer_to_a_campaign_survives_faults() => ProveAsync("answered", Sent, async stage =>
    {
        var told = await stage.Workspace.TextAsync(stage.People[0].Phone, "有货吗？");
        await stage.Workspace.ReviveAsync();
        for (var i = 0; i < 6 && told!.Callback!.Error is not null; i++)
        {
            if (await stage.Workspace.RepeatAsync(told.Callback) is HttpStatusCode.OK) break;
            await stage.Workspace.ReviveAsync();
        }
    });

    [Fact]
    public Task What_the_provider_tells_of_a_campaigns_messages_survives_faults() => ProveAsync("told of", async stage =>
    {
        await stage.CreateAsync();
        await stage.StartAsync();
        await stage.Workspace.DrainAsync();
    }, _ => Task.CompletedTask);

    [Fact]
    public Task A_campaign_that_the_clock_begins_survives_faults() => ProveAsync("by the clock", async stage =>
    {
        var due = Local(stage, TimeSpan.FromMinutes(2));
        await stage.CreateAsync(schedule: new { every = "once", date = due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), at = Clock(due), timeZone = "Asia/Shanghai" });
        await stage.InsistAsync($"/api/campaigns/{stage.CampaignId}/start");
        stage.Workspace.Time.Advance(TimeSpan.FromMinutes(2));
    }, stage => stage.ClockAsync());

    private static async Task Sent(CampaignStage stage)
    {
        await stage.CreateAsync();
        await stage.StartAsync();
        await stage.PassAsync(stepsAfter: 1);
    }

    /// <summary>One has it; the others wait for their turn, more than a minute after each other.</summary>
    private static async Task InTheMiddle(CampaignStage stage)
    {
        await stage.CreateAsync(rules: new { ratePerSecond = 0.02 });
        await stage.StartAsync();
        await stage.Workspace.DrainAsync();
    }

    private static object Night(CampaignStage stage, TimeSpan from, TimeSpan to) => new { quietHours = new { from = Clock(Local(stage, from)), to = Clock(Local(stage, to)) } };

    private static DateTimeOffset Local(CampaignStage stage, TimeSpan from) => TimeZoneInfo.ConvertTime(stage.Workspace.Time.GetUtcNow() + from, Shanghai);

    private static string Clock(DateTimeOffset local) => local.ToString("HH:mm", CultureInfo.InvariantCulture);

    private static Task ProveAsync(string name, Func<CampaignStage, Task> arrange, Func<CampaignStage, Task> act, bool apart = false) =>
        new CampaignHarness(new CampaignScenario(name, arrange, act) { Apart = apart }).ProveAsync();
}
