using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Campaigns;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Contacts;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Campaigns.Ledgers;

/// <summary>What is told of a campaign's mails, by mail hosts and by people, and what comes of it.</summary>
public sealed class MailWordsTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private static readonly string[] Email = ["email"];

    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task What_people_do_with_a_mail_comes_to_recipients_progress_stats_and_segments()
    {
        var (scene, contacts, campaign, run) = await SentAsync(6);
        await _workspace.Mailgun.Readers.OpenAsync(Mail(scene, contacts[1]));
        await _workspace.Mailgun.Readers.OpenAsync(Mail(scene, contacts[1]));
        await _workspace.Mailgun.Readers.OpenAsync(Mail(scene, contacts[2]));
        Assert.Equal("clicked", (await _workspace.Mailgun.Readers.ClickAsync(Mail(scene, contacts[2]), "https://shop.example.com/")).Event);
        await _workspace.MailAsync(contacts[3].Emails[0], "有货吗？");
        await scene.HearAsync();

        Assert.Equal(["delivered"], await WordsAsync(scene, run, contacts[0]));
        Assert.Equal(["delivered", "opened"], await WordsAsync(scene, run, contacts[1]));
        Assert.Equal(["clicked", "delivered", "opened"], await WordsAsync(scene, run, contacts[2]));
        Assert.Equal(["answered", "delivered"], await WordsAsync(scene, run, contacts[3]));
        Assert.Equal(["answered", "clicked", "delivered", "delivered", "delivered", "opened"], (await scene.RecipientsAsync(run)).Select(one => one.Word("state")).Order(StringComparer.Ordinal));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal([6, 6, 2, 1, 1, 0], Numbers(progress, "sent", "delivered", "opened", "clicked", "answered", "unsubscribed"));
        var stats = await _workspace.GetAsync($"/api/campaign-runs/{run}/stats");
        Assert.Equal([6, 6, 2, 1, 1], Numbers(Assert.Single(stats.GetProperty("rows").EnumerateArray()).GetProperty("counts"), "sent", "delivered", "opened", "clicked", "answered"));
        Assert.Equal(6, stats.GetProperty("hours").EnumerateArray().Sum(hour => hour.GetProperty("counts").TryGetProperty("delivered", out var times) ? times.GetInt64() : 0));
        Assert.Equal([contacts[1].Id, contacts[2].Id], await WhoAsync("campaigns.opened", campaign));
        Assert.Equal([contacts[2].Id], await WhoAsync("campaigns.clicked", campaign));
        Assert.Equal([contacts[3].Id], await WhoAsync("campaigns.answered", campaign));
    }

    [Fact]
    public async Task Who_bounces_or_complains_gets_no_other_campaign()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(3);
        _workspace.Mailgun.Misbehave(new MailMisbehaviour(MailMisbehaviour.PermanentFail) { Recipient = contacts[0].Emails[0] });
        var run = await scene.StartAsync(await CampaignAsync(scene));
        await scene.FinishAsync(run);
        await scene.HearAsync();
        await _workspace.Mailgun.Readers.ComplainAsync(Mail(scene, contacts[1]));
        await scene.HearAsync();

        var bounced = Assert.Single(await scene.RecipientsAsync(run, "?state=failed"));
        Assert.Equal((contacts[0].Id, "5.1.1"), (bounced.Word("contactId"), bounced.Word("reason")));
        Assert.Equal(["complained", "delivered"], await WordsAsync(scene, run, contacts[1]));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal([3, 2, 1, 0, 0], Numbers(progress, "sent", "delivered", "complained", "queued", "unknown"));
        Assert.Equal(1, progress.GetProperty("undelivered").GetProperty("5.1.1").GetInt64());

        var next = await scene.StartAsync(await CampaignAsync(scene));
        await scene.FinishAsync(next);
        await scene.HearAsync();
        var skipped = await scene.RecipientsAsync(next, "?state=skipped&reason=suppressed");
        Assert.Equal([contacts[0].Id, contacts[1].Id], skipped.Select(one => one.Word("contactId")));
        Assert.Equal(["email: bounce 5.1.1", "email: complaint complained"], skipped.Select(one => one.Word("detail")));
        Assert.Equal([0, 1, 2], contacts.Select(contact => scene.Mails(contact).Count));
    }

    [Fact]
    public async Task Who_unsubscribes_by_the_button_gets_no_other_campaign_but_an_agents_answer()
    {
        var (scene, contacts, _, run) = await SentAsync(2);
        var deed = await _workspace.Mailgun.Readers.UnsubscribeAsync(Mail(scene, contacts[0]));
        Assert.Equal(200, deed.StatusCode);
        Assert.Equal(200, (await _workspace.Mailgun.Readers.UnsubscribeAsync(Mail(scene, contacts[0]))).StatusCode);
        await scene.HearAsync();

        Assert.Equal(["delivered", "unsubscribed"], await WordsAsync(scene, run, contacts[0]));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal([2, 1, 0], Numbers(progress, "delivered", "unsubscribed", "answered"));
        var suppression = Assert.Single((await _workspace.GetAsync($"/api/suppressions?channelId={_workspace.MailChannelId}&address={Uri.EscapeDataString(contacts[0].Emails[0])}")).GetProperty("items").EnumerateArray());
        Assert.Equal(("unsubscribe", "link", true), (suppression.Word("reason"), suppression.Word("source"), suppression.GetProperty("onlyCampaigns").GetBoolean()));

        var next = await scene.StartAsync(await CampaignAsync(scene));
        await scene.FinishAsync(next);
        await scene.HearAsync();
        Assert.Equal(contacts[0].Id, Assert.Single(await scene.RecipientsAsync(next, "?state=skipped&reason=suppressed")).Word("contactId"));
        Assert.Equal([1, 2], contacts.Select(contact => scene.Mails(contact).Count));

        await _workspace.MailAsync(contacts[0].Emails[0], "请问我的订单到哪了？");
        await _workspace.DrainAsync();
        var conversation = Assert.Single(await _workspace.OfMailboxAsync(contacts[0].Emails[0]));
        Assert.Equal(201, (await _workspace.SayAsync(conversation.Word("id"), "明天到")).Status);
        await scene.HearAsync();
        Assert.StartsWith("明天到", scene.Mails(contacts[0])[^1].Text);
    }

    [Fact]
    public async Task Adding_up_changes_no_number_and_the_sums_hold()
    {
        var (scene, contacts, _, run) = await SentAsync(40);
        for (var i = 0; i < 40; i += 2) await _workspace.Mailgun.Readers.OpenAsync(Mail(scene, contacts[i]));
        await _workspace.Mailgun.SettleAsync();
        var (before, stats) = (await scene.ProgressAsync(run), await _workspace.GetAsync($"/api/campaign-runs/{run}/stats"));
        Assert.True(await NotesAsync(run) > 0);
        var count = _workspace.Services.GetServices<IWorkHandler>().Single(handler => handler.Kind == CountWorkHandler.Word);
        foreach (var bucket in ContactKeys.AllBuckets()) await count.HandleAsync(JsonSerializer.SerializeToElement(new CountWork(run, bucket), CampaignsJson.Default.CountWork), default);

        Assert.Equal(0, await NotesAsync(run));
        Assert.Equal(before.GetRawText(), (await scene.ProgressAsync(run)).GetRawText());
        Assert.Equal(stats.GetRawText(), (await _workspace.GetAsync($"/api/campaign-runs/{run}/stats")).GetRawText());
        Assert.Equal([40, 40, 40, 20, 0], Numbers(before, "matched", "sent", "delivered", "opened", "queued"));
        // More is told, and noted beside what was added up.
        await _workspace.Mailgun.Readers.OpenAsync(Mail(scene, contacts[1]));
        await scene.HearAsync();
        Assert.Equal(21, (await scene.ProgressAsync(run)).GetProperty("opened").GetInt64());
    }

    private static long[] Numbers(JsonElement of, params string[] names) => [.. names.Select(name => of.GetProperty(name).GetInt64())];

    private static ReceivedMail Mail(CampaignScene scene, Contact contact) => Assert.Single(scene.Mails(contact));

    private static async Task<IReadOnlyList<string>> WordsAsync(CampaignScene scene, string run, Contact contact) =>
        [.. (await scene.RecipientsAsync(run)).Single(one => one.Word("contactId") == contact.Id).GetProperty("words").EnumerateArray().Select(word => word.Word("word")).Order(StringComparer.Ordinal)];

    private static Task<JsonElement> CampaignAsync(CampaignScene scene) => scene.CampaignAsync(
        content: new { email = new { subject = "新品", html = "<p>{{ contact.name }}</p><a href=\"https://shop.example.com/\">看看</a>" } }, more: new { channels = Email });

    private async Task<(CampaignScene Scene, IReadOnlyList<Contact> Contacts, JsonElement Campaign, string Run)> SentAsync(int count)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(count);
        var campaign = await CampaignAsync(scene);
        var run = await scene.StartAsync(campaign);
        await scene.FinishAsync(run);
        await scene.HearAsync();
        return (scene, contacts, campaign, run);
    }

    private async Task<IReadOnlyList<string>> WhoAsync(string field, JsonElement campaign)
    {
        var preview = await _workspace.CallAsync("POST", "/api/segments/preview", new { filter = new { field, op = "contains", value = campaign.Word("id") } });
        return [.. preview.Json.GetProperty("sample").EnumerateArray().Select(one => one.Word("id")).Order(StringComparer.Ordinal)];
    }

    private async Task<int> NotesAsync(string run)
    {
        var notes = 0;
        foreach (var bucket in ContactKeys.AllBuckets()) notes += (await _workspace.Store.ReadAllAsync(Tables.Contacts, bucket, LedgerKeys.Notes(run), default)).Count;
        return notes;
    }
}
