using PPMessage.Local.Sandbox;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>Storage operations are the bill: what a campaign may cost for each contact, beside what a run costs that nobody is in.</summary>
public sealed class CampaignBudgetTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_recipient_and_no_word_costs_more_storage_operations_than_it_may()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.OpenMailboxAsync();
        var texts = await CampaignScene.MakeAsync(workspace, 0);
        var mails = await CampaignScene.MakeAsync(workspace, 0);
        var count = new FaultPlan();
        workspace.Suffer(count);
        var empty = await CostAsync(texts, count, "sms");
        await texts.PutAsync(192, (_, contact) => contact with { Emails = [], Phones = [Calls.NewPhone()] });
        await mails.PutAsync(192);
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.DropCallbacks) { Standing = true });
        Check("SMS recipient", (await CostAsync(texts, count, "sms") - empty) / 192.0, 4);
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.DropEvents) { Standing = true });
        Check("mail recipient in a batch", (await CostAsync(mails, count, "email") - empty) / 192.0, 2.5);

        workspace.Twilio.Behave();
        workspace.Mailgun.Behave();
        // Not while what sends them is counted.
        workspace.Twilio.Misbehave(new Misbehaviour(Misbehaviour.Late) { By = TimeSpan.FromMilliseconds(300), Standing = true });
        workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.Late) { By = TimeSpan.FromMilliseconds(300), Standing = true });
        foreach (var (scene, kind) in new[] { (texts, "sms"), (mails, "email") }) await scene.StartAsync(await CampaignAsync(scene, kind));
        await workspace.DrainAsync();
        var (before, callbacks, events) = (Operations(count), workspace.Twilio.Callbacks.Count, Events(workspace));
        await workspace.TwilioTellsAsync();
        await workspace.MailgunTellsAsync();
        var told = workspace.Twilio.Callbacks.Count - callbacks + Events(workspace) - events;
        Assert.True(told >= 192 * 4, $"{told} words");
        Check("word of a campaign's message", (Operations(count) - before) / (double)told, 2);
    }

    [Fact]
    public async Task Who_is_looked_at_and_not_meant_costs_next_to_nothing()
    {
        await using var workspace = await Workspace.StartAsync();
        var (scene, others) = (await CampaignScene.MakeAsync(workspace, 0), await CampaignScene.MakeAsync(workspace, 0));
        var count = new FaultPlan();
        workspace.Suffer(count);
        var empty = await CostAsync(scene, count, "sms");
        await others.PutAsync(4000, (_, contact) => contact with { Emails = [] });
        var (before, run) = (Operations(count), await scene.StartAsync(await CampaignAsync(scene, "sms")));
        await scene.PassMinutesAsync(2);
        var each = (Operations(count) - before - empty) / 4000.0;
        Assert.Equal((4000, 0), ((await scene.ProgressAsync(run)).GetProperty("evaluated").GetInt64(), (await scene.ProgressAsync(run)).GetProperty("matched").GetInt64()));
        Check("contact that is looked at", each, 0.01);
    }

    private static Task<System.Text.Json.JsonElement> CampaignAsync(CampaignScene scene, string kind) => scene.CampaignAsync(
        content: kind == "sms" ? new { sms = new { text = "新品" } } : new { email = new { subject = "新品", text = "八折" } }, more: new { channels = new[] { kind } });

    private static int Operations(FaultPlan count) => count.Calls.Count(call => !call.StartsWith("provider", StringComparison.Ordinal));

    private static int Events(Workspace workspace) => workspace.Mailgun.Calls.Count(call => call.Kind == "event");

    private static async Task<int> CostAsync(CampaignScene scene, FaultPlan count, string kind)
    {
        var campaign = await CampaignAsync(scene, kind);
        var before = Operations(count);
        await scene.StartAsync(campaign);
        await scene.PassMinutesAsync(2);
        return Operations(count) - before;
    }

    private void Check(string what, double each, double budget)
    {
        output.WriteLine($"{what}: {each} of {budget}");
        Assert.InRange(each, double.Epsilon, budget);
    }
}
