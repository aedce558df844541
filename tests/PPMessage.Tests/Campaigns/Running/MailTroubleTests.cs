using System.Net;
using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>The mail provider does not answer, or wants nothing for now: nobody is lost, and nobody gets two.</summary>
public sealed class MailTroubleTests(MailWorkspace shared) : IClassFixture<MailWorkspace>, IDisposable
{
    private readonly Workspace _workspace = shared.Workspace;

    public void Dispose() => _workspace.Mailgun.Behave();

    [Theory]
    [InlineData(MailMisbehaviour.Unauthorized, 1)]
    [InlineData(MailMisbehaviour.Unauthorized, 5)]
    [InlineData(MailMisbehaviour.PaymentRequired, 1)]
    [InlineData(MailMisbehaviour.PaymentRequired, 5)]
    public async Task What_stands_against_the_account_pauses_the_run_and_burns_nobody(string kind, int count)
    {
        var (scene, contacts) = await SceneAsync(count);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(kind) { Standing = true });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.PassMinutesAsync(2);
        await PausedAsync(scene, run, $"HTTP {kind}", count);

        _workspace.Mailgun.Behave();
        await ResumeAsync(scene, run);
        await EverybodyAsync(scene, contacts, run);
    }

    [Fact]
    public async Task One_that_goes_alone_waits_for_the_account_as_well()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(3, (_, contact) => contact with { Emails = [contact.Emails[0].Replace("@", "+a@", StringComparison.Ordinal)] });
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.PaymentRequired) { Standing = true });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.PassMinutesAsync(2);
        await PausedAsync(scene, run, "HTTP 402", 3);
        _workspace.Mailgun.Behave();
        await ResumeAsync(scene, run);
        await EverybodyAsync(scene, contacts, run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_domain_that_may_not_send_for_now_pauses_the_run(bool isAlone)
    {
        var (scene, contacts) = await SceneAsync(isAlone ? 1 : 4);
        var domain = _workspace.Mailgun.Domain(MailDemo.Domain)!;
        _workspace.Mailgun.Put(domain with { State = "disabled" });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.PassMinutesAsync(2);
        await PausedAsync(scene, run, "HTTP 400", contacts.Count);
        _workspace.Mailgun.Put(domain);
        await ResumeAsync(scene, run);
        await EverybodyAsync(scene, contacts, run);
    }

    [Fact]
    public async Task Who_is_to_come_back_later_comes_back_and_goes_on()
    {
        var (scene, contacts) = await SceneAsync(5);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.TooManyRequests) { Count = 2, By = TimeSpan.FromSeconds(40) });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        var before = _workspace.Time.GetUtcNow();
        await scene.FinishAsync(run, 60);
        Assert.True(_workspace.Time.GetUtcNow() - before >= TimeSpan.FromSeconds(80));
        await EverybodyAsync(scene, contacts, run);
    }

    [Fact]
    public async Task A_domain_that_may_not_send_to_so_many_yet_sends_to_fewer()
    {
        var (scene, contacts) = await SceneAsync(8);
        var domain = _workspace.Mailgun.Domain(MailDemo.Domain)!;
        _workspace.Mailgun.Put(domain with { LargestBatch = 2 });
        var (before, run) = (scene.MailCalls(), await scene.StartAsync(await CampaignAsync(scene)));
        await scene.FinishAsync(run);
        _workspace.Mailgun.Put(domain);
        Assert.Equal(7, scene.MailCalls() - before);
        await EverybodyAsync(scene, contacts, run);
    }

    [Theory]
    [InlineData(MailMisbehaviour.TimeoutAfterAccept, 5)]
    [InlineData(MailMisbehaviour.ResetAfterAccept, 5)]
    [InlineData(MailMisbehaviour.ServerErrorAfterAccept, 1)]
    public async Task What_was_taken_without_an_answer_is_asked_for_and_not_sent_again(string kind, int count)
    {
        var (scene, contacts) = await SceneAsync(count);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(kind) { By = TimeSpan.FromMilliseconds(50) });
        var (before, run) = (scene.MailCalls(), await scene.StartAsync(await CampaignAsync(scene)));
        await scene.DrainWhileTimePassesAsync();
        await scene.FinishAsync(run, 60);
        Assert.Equal(1, scene.MailCalls() - before);
        await EverybodyAsync(scene, contacts, run);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public async Task What_was_never_taken_has_failed_when_the_provider_is_to_be_believed_and_goes_when_somebody_asks_for_it(int count)
    {
        var (scene, contacts) = await SceneAsync(count);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.ResetBeforeAccept));
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.PassMinutesAsync(20);
        Assert.Equal((count, 0), (await NumberAsync(scene, run, "queued"), (await scene.RecipientsAsync(run, "?state=failed")).Count));
        await scene.PassMinutesAsync(15);
        Assert.All(await scene.RecipientsAsync(run), one => Assert.Equal(("failed", "not-sent"), (one.Word("state"), one.Word("reason"))));
        Assert.Equal(count, (await scene.ProgressAsync(run)).GetProperty("failed").GetProperty("not-sent").GetInt64());
        await scene.FinishAsync(run);
        await _workspace.PostAsync($"/api/campaign-runs/{run}/retry-failed", new { }, HttpStatusCode.OK);
        await scene.FinishAsync(run);
        await EverybodyAsync(scene, contacts, run);
    }

    [Fact]
    public async Task What_is_in_doubt_is_not_sent_again_for_what_comes_behind_it()
    {
        var (scene, contacts) = await SceneAsync(5);
        await CampaignScene.SetAsync(_workspace, new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { email = 10000 }, domainRates = new { }, mailBatch = 2 });
        _workspace.Mailgun.Misbehave(
            new MailMisbehaviour(MailMisbehaviour.ResetAfterAccept), new MailMisbehaviour(MailMisbehaviour.TooManyRequests) { By = TimeSpan.FromSeconds(10) });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.FinishAsync(run, 100);
        await EverybodyAsync(scene, contacts, run);
    }

    private static Task<JsonElement> CampaignAsync(CampaignScene scene) =>
        scene.CampaignAsync(content: new { email = new { subject = "新品", text = "{{ contact.name }}" } }, more: new { channels = new[] { "email" } });

    private async Task<(CampaignScene Scene, IReadOnlyList<Contact> Contacts)> SceneAsync(int count)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        return (scene, await scene.PutAsync(count));
    }

    private async Task ResumeAsync(CampaignScene scene, string run)
    {
        await _workspace.PostAsync($"/api/campaign-runs/{run}/resume", new { }, HttpStatusCode.OK);
        await scene.PassMinutesAsync(7);
        await scene.FinishAsync(run);
    }

    private static async Task PausedAsync(CampaignScene scene, string run, string code, int count)
    {
        var paused = await scene.RunAsync(run);
        Assert.Equal(("paused", code), (paused.Word("state"), paused.GetProperty("reason").Word("code")));
        Assert.Equal((count, 0), (await NumberAsync(scene, run, "queued"), (await scene.RecipientsAsync(run, "?state=failed")).Count));
    }

    private static async Task EverybodyAsync(CampaignScene scene, IReadOnlyList<Contact> contacts, string run)
    {
        await scene.HearAsync();
        Assert.All(contacts, contact => Assert.Single(scene.Mails(contact)));
        var progress = await scene.ProgressAsync(run);
        long[] numbers = [.. new[] { "matched", "sent", "delivered", "queued", "unknown" }.Select(name => progress.GetProperty(name).GetInt64())];
        Assert.Equal([contacts.Count, contacts.Count, contacts.Count, 0, 0], numbers);
        Assert.DoesNotContain(progress.GetProperty("failed").EnumerateObject(), one => one.Value.GetInt64() != 0);
        Assert.Equal(contacts.Count, (await scene.RecipientsAsync(run, "?state=delivered")).Count);
    }

    private static async Task<int> NumberAsync(CampaignScene scene, string run, string name) => (await scene.ProgressAsync(run)).GetProperty(name).GetInt32();
}
