using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Ledgers;

/// <summary>What contacts say after a campaign: where it lies, and whether it is an answer.</summary>
public sealed class CampaignAnswersTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private static readonly string[] Email = ["email"];

    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task An_answer_to_a_mail_that_went_out_with_others_opens_a_conversation_that_shows_it()
    {
        var (scene, contacts) = await SceneAsync(3);
        var run = await SendAsync(scene);
        var mail = Assert.Single(scene.Mails(contacts[2]));
        Assert.Equal(mail.MessageId, scene.Mails(contacts[0])[0].MessageId);
        await AnswerAsync(contacts[2], "多少钱？", mail);

        var messages = await MessagesAsync(contacts[2]);
        Assert.Equal(["contact", "campaign"], messages.Select(AuthorOf));
        Assert.Equal(("新品", "delivered"), (messages[1].Word("subject"), messages[1].State()));
        Assert.StartsWith($"<p>{contacts[2].Name}</p>", messages[1].Word("html"));
        Assert.Equal(contacts[2].Id, Assert.Single(await scene.RecipientsAsync(run, "?state=answered")).Word("contactId"));
        Assert.Empty(await _workspace.OfMailboxAsync(contacts[0].Emails[0]));
    }

    [Fact]
    public async Task Of_two_campaigns_before_the_answer_both_are_shown_and_the_later_is_answered()
    {
        var (scene, contacts) = await SceneAsync(1);
        var (first, second) = (await SendAsync(scene), await SendAsync(scene));
        await AnswerAsync(contacts[0], "多少钱？", scene.Mails(contacts[0])[0]);
        await AnswerAsync(contacts[0], "在吗？", scene.Mails(contacts[0])[1]);

        Assert.Equal(["contact", "contact", "campaign", "campaign"], (await MessagesAsync(contacts[0])).Select(AuthorOf));
        Assert.Equal((0, 1), (await AnsweredAsync(scene, first), await AnsweredAsync(scene, second)));
    }

    [Fact]
    public async Task What_comes_too_late_is_no_answer_and_begins_a_conversation_of_its_own()
    {
        var (scene, contacts) = await SceneAsync(2);
        await CampaignScene.SetAsync(_workspace, new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { email = 10000 }, domainRates = new { }, answerWithin = "P1D" });
        var run = await SendAsync(scene);
        _workspace.Time.Advance(TimeSpan.FromHours(23));
        await AnswerAsync(contacts[0], "多少钱？", scene.Mails(contacts[0])[0]);
        _workspace.Time.Advance(TimeSpan.FromHours(2));
        await AnswerAsync(contacts[1], "多少钱？", scene.Mails(contacts[1])[0]);

        Assert.Equal(["contact", "campaign"], (await MessagesAsync(contacts[0])).Select(AuthorOf));
        Assert.Equal(["contact"], (await MessagesAsync(contacts[1])).Select(AuthorOf));
        Assert.Equal(contacts[0].Id, Assert.Single(await scene.RecipientsAsync(run, "?state=answered")).Word("contactId"));
        Assert.Equal(1, await AnsweredAsync(scene, run));
    }

    [Fact]
    public async Task What_a_machine_answers_does_not_count_and_what_the_person_says_then_does()
    {
        var (scene, contacts) = await SceneAsync(1);
        var run = await SendAsync(scene);
        var mail = scene.Mails(contacts[0])[0];
        await AnswerAsync(contacts[0], "我在休假", mail, KeyValuePair.Create("Auto-Submitted", "auto-replied"));
        Assert.Equal(0, await AnsweredAsync(scene, run));
        Assert.Empty(await scene.RecipientsAsync(run, "?state=answered"));
        await AnswerAsync(contacts[0], "我回来了", mail);
        Assert.Equal(1, await AnsweredAsync(scene, run));
        Assert.Equal(["contact", "contact", "campaign"], (await MessagesAsync(contacts[0])).Select(AuthorOf));
    }

    [Fact]
    public async Task An_open_conversation_takes_the_message_in_untouched_and_a_resolved_one_stays_so()
    {
        var (scene, contacts) = await SceneAsync(2);
        foreach (var contact in contacts) await AnswerAsync(contact, "我的订单呢？", null);
        await _workspace.CallAsync("PATCH", $"/api/conversations/{await ConversationAsync(contacts[1])}", new { status = "resolved" });
        var before = await AllAsync(contacts);
        _workspace.Time.Advance(TimeSpan.FromMinutes(10));
        var run = await SendAsync(scene);

        Assert.Equal(before, await AllAsync(contacts));
        Assert.Equal(["campaign", "contact"], (await MessagesAsync(contacts[0])).Select(AuthorOf));
        Assert.Equal(["contact"], (await MessagesAsync(contacts[1])).Select(AuthorOf));
        await AnswerAsync(contacts[0], "多少钱？", scene.Mails(contacts[0])[0]);
        await AnswerAsync(contacts[1], "多少钱？", scene.Mails(contacts[1])[0]);
        Assert.Equal(["contact", "campaign", "contact"], (await MessagesAsync(contacts[0])).Select(AuthorOf));
        Assert.Equal(["open", "resolved"], (await _workspace.OfMailboxAsync(contacts[1].Emails[0])).Select(one => one.Word("status")));
        Assert.Equal(["contact", "campaign"], (await MessagesAsync(contacts[1])).Select(AuthorOf));
        Assert.Equal(2, await AnsweredAsync(scene, run));
    }

    [Fact]
    public async Task A_stop_is_no_answer_be_it_the_first_thing_that_is_said_or_not()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 3);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        await _workspace.TextAsync(scene.Phones[0], "TD");
        await _workspace.TextAsync(scene.Phones[1], "你是谁？");
        await _workspace.TextAsync(scene.Phones[1], "退订");
        await scene.HearAsync();

        Assert.Equal(["unsubscribed"], await WordsAsync(scene, run, 0));
        Assert.Equal(["answered", "unsubscribed"], await WordsAsync(scene, run, 1));
        Assert.Empty(await WordsAsync(scene, run, 2));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((1, 2), (progress.GetProperty("answered").GetInt64(), progress.GetProperty("unsubscribed").GetInt64()));
    }

    private static string AuthorOf(JsonElement message) => message.GetProperty("author").Word("type");

    private static async Task<long> AnsweredAsync(CampaignScene scene, string run) => (await scene.ProgressAsync(run)).GetProperty("answered").GetInt64();

    private static async Task<IEnumerable<string>> WordsAsync(CampaignScene scene, string run, int contact) =>
        (await scene.RecipientsAsync(run)).Single(one => one.Word("contactId") == scene.Contacts[contact]).GetProperty("words").EnumerateArray()
            .Select(word => word.Word("word")).Where(word => word is "answered" or "unsubscribed").Order(StringComparer.Ordinal);

    private async Task<(CampaignScene Scene, IReadOnlyList<Contact> Contacts)> SceneAsync(int count)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        return (scene, await scene.PutAsync(count));
    }

    private static async Task<string> SendAsync(CampaignScene scene)
    {
        var run = await scene.StartAsync(await scene.CampaignAsync(content: new { email = new { subject = "新品", html = "<p>{{ contact.name }}</p>" } }, more: new { channels = Email }));
        await scene.FinishAsync(run);
        await scene.HearAsync();
        return run;
    }

    private async Task AnswerAsync(Contact contact, string text, ReceivedMail? mail, params KeyValuePair<string, string>[] headers)
    {
        var answer = mail is null ? new MailToWrite() : new MailToWrite { InReplyTo = mail.MessageId, References = [mail.MessageId!], Headers = headers };
        await _workspace.MailAsync(contact.Emails[0], text, mail is null ? "订单" : "Re: " + mail.Subject, answer);
        await _workspace.DrainAsync();
        _workspace.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task<string> ConversationAsync(Contact contact) => (await _workspace.OfMailboxAsync(contact.Emails[0]))[0].Word("id");

    private async Task<IReadOnlyList<JsonElement>> MessagesAsync(Contact contact) => await _workspace.MessagesAsync(await ConversationAsync(contact));

    private async Task<IReadOnlyList<string>> AllAsync(IReadOnlyList<Contact> contacts)
    {
        var all = new List<string>();
        foreach (var contact in contacts) all.Add(Assert.Single(await _workspace.OfMailboxAsync(contact.Emails[0])).GetRawText());
        return all;
    }
}
