using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>What mailboxes get of a campaign.</summary>
public sealed class MailCampaignTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private const string English = "If you no longer want such e-mails, you can unsubscribe at any time.";
    private const string Chinese = "如不想再收到此类邮件，可随时退订。";

    private static readonly object Offer = new
    {
        email = new
        {
            subject = "{{ contact.name }}，新品八折 🎉",
            text = "{{ contact.name }}，您好",
            html = "<html><body><p>{{ contact.name }}，您好</p><a href=\"https://shop.example.com/?a=1&amp;b=2\">看看</a></body></html>",
        },
    };

    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task Everybody_gets_a_mail_of_their_own_and_many_go_out_by_one_call()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(60, (i, contact) => contact with { Name = $"王<b>{i}</b> & \"Söhne\"", Locale = (i % 3) switch { 0 => "zh-CN", 1 => "en-GB", _ => null } });
        var before = scene.MailCalls();
        var run = await scene.StartAsync(await CampaignAsync(scene, Offer));
        await scene.FinishAsync(run);
        await scene.HearAsync();

        Assert.Equal(2, scene.MailCalls() - before);
        var links = contacts.Select(contact => Check(contact, Assert.Single(scene.Mails(contact)))).ToList();
        Assert.Equal(60, links.Distinct().Count());
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((60, 60, 60), (progress.GetProperty("matched").GetInt64(), progress.GetProperty("sent").GetInt64(), progress.GetProperty("delivered").GetInt64()));
    }

    [Fact]
    public async Task An_agents_answer_has_nothing_of_a_campaign()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(3);
        await scene.FinishAsync(await scene.StartAsync(await CampaignAsync(scene, Offer)));
        await scene.HearAsync();
        var mail = Assert.Single(scene.Mails(contacts[1]));
        await _workspace.MailAsync(contacts[1].Emails[0], "有货吗？", "Re: " + mail.Subject, new MailToWrite { InReplyTo = mail.MessageId, References = [mail.MessageId!] });
        await _workspace.DrainAsync();
        var conversation = Assert.Single(await _workspace.OfMailboxAsync(contacts[1].Emails[0]));
        Assert.Equal(201, (await _workspace.SayAsync(conversation.Word("id"), "有的")).Status);
        await scene.HearAsync();
        var answer = scene.Mails(contacts[1])[^1];

        Assert.Equal((null, null), (answer.Header("List-Unsubscribe"), answer.Header("List-Unsubscribe-Post")));
        Assert.Equal((false, false), (answer.Sent!.TracksOpens, answer.Sent.TracksClicks));
        Assert.DoesNotContain(English, answer.Text);
        Assert.StartsWith("有的", answer.Text);
        Assert.Contains(mail.MessageId, answer.References);
    }

    [Fact]
    public async Task What_a_batch_could_misread_goes_alone_and_arrives_as_it_was_written()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(7, (i, contact) => i switch
        {
            0 => contact with { Name = "%recipient.message%" },
            1 => contact with { Name = "%RECIPIENT%" },
            2 => contact with { Emails = [contact.Emails[0].Replace("@", "+sale@", StringComparison.Ordinal)] },
            _ => contact,
        });
        var before = scene.MailCalls();
        var run = await scene.StartAsync(await CampaignAsync(scene, Offer));
        await scene.FinishAsync(run);
        await scene.HearAsync();

        Assert.Equal(4, scene.MailCalls() - before);
        foreach (var contact in contacts)
        {
            var mail = Assert.Single(scene.Mails(contact));
            Assert.Equal($"{contact.Name}，新品八折 🎉", mail.Subject);
            Assert.StartsWith($"{contact.Name}，您好", mail.Text);
            Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        }

        Assert.Equal(7, (await scene.ProgressAsync(run)).GetProperty("delivered").GetInt64());
    }

    [Fact]
    public async Task An_address_that_the_provider_does_not_take_keeps_nobody_else_from_getting_it()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(8, (i, contact) => i == 3 ? contact with { Emails = [contact.Emails[0].Replace("@", "@a..", StringComparison.Ordinal)] } : contact);
        var before = scene.MailCalls();
        var run = await scene.StartAsync(await CampaignAsync(scene, Offer));
        await scene.FinishAsync(run);
        await scene.HearAsync();

        Assert.Equal(7, scene.MailCalls() - before);
        var bad = contacts.Single(contact => contact.Emails[0].Contains("..", StringComparison.Ordinal));
        var failed = Assert.Single(await scene.RecipientsAsync(run, "?state=failed"));
        Assert.Equal((bad.Id, "HTTP 400"), (failed.Word("contactId"), failed.Word("reason")));
        Assert.Contains("not a valid address", failed.Word("detail"));
        Assert.All(contacts, contact => Assert.Equal(contact == bad ? 0 : 1, scene.Mails(contact).Count));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((7, 0, 1), (progress.GetProperty("sent").GetInt64(), progress.GetProperty("queued").GetInt64(), progress.GetProperty("failed").GetProperty("HTTP 400").GetInt64()));
    }

    [Fact]
    public async Task A_call_has_no_more_recipients_than_the_settings_allow()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        await CampaignScene.SetAsync(_workspace, new { frequencyCap = (object?)null, quietHours = (object?)null, ratePerSecond = new { email = 10000 }, domainRates = new { }, mailBatch = 5 });
        var contacts = await scene.PutAsync(12);
        var before = scene.MailCalls();
        await scene.FinishAsync(await scene.StartAsync(await CampaignAsync(scene, Offer)));
        await scene.HearAsync();
        Assert.Equal(3, scene.MailCalls() - before);
        Assert.All(contacts, contact => Assert.Single(scene.Mails(contact)));
    }

    [Fact]
    public async Task Of_two_contents_that_are_compared_one_may_have_html_and_the_other_not()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(20);
        var variants = new object[]
        {
            new { name = "甲", weight = 1, content = new { email = new { subject = "甲：{{ contact.name }}", html = "<p>{{ contact.name }}</p>" } } },
            new { name = "乙", weight = 1, content = new { email = new { subject = "乙：{{ contact.name }}", text = "{{ contact.name }}" } } },
        };
        var before = scene.MailCalls();
        var run = await scene.StartAsync(await scene.CampaignAsync(more: new { channels = new[] { "email" }, content = new { }, abTest = new { variants } }));
        await scene.FinishAsync(run);
        await scene.HearAsync();

        var recipients = (await scene.RecipientsAsync(run)).ToDictionary(one => one.Word("contactId"), one => one.Word("variant"));
        foreach (var contact in contacts)
        {
            var mail = Assert.Single(scene.Mails(contact));
            Assert.Equal($"{recipients[contact.Id]}：{contact.Name}", mail.Subject);
            Assert.Equal(recipients[contact.Id] == "甲", mail.Html is not null);
            Assert.StartsWith(contact.Name!, mail.Text);
        }

        Assert.Equal(2, scene.MailCalls() - before);
        var rows = (await _workspace.GetAsync($"/api/campaign-runs/{run}/stats")).GetProperty("rows").EnumerateArray().ToDictionary(row => row.Word("variant"));
        foreach (var name in new[] { "甲", "乙" })
        {
            Assert.Equal("email", rows[name].Word("channelKind"));
            Assert.Equal(recipients.Values.Count(one => one == name), rows[name].GetProperty("counts").GetProperty("delivered").GetInt64());
            Assert.Equal(recipients.Values.Count(one => one == name), rows[name].GetProperty("counts").GetProperty("sent").GetInt64());
        }
    }

    [Fact]
    public async Task A_long_mail_arrives_whole()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(3, (i, contact) => i == 0 ? contact with { Emails = [contact.Emails[0].Replace("@", "+1@", StringComparison.Ordinal)] } : contact);
        var rows = string.Concat(Enumerable.Range(0, 900).Select(i => $"<p style=\"color:red\">第{i}款，原价一百元</p>"));
        await scene.FinishAsync(await scene.StartAsync(await CampaignAsync(scene, new { email = new { subject = "长", html = $"<body>{rows}<p>{{{{ contact.name }}}}</p></BODY>" } })));
        await scene.HearAsync();
        foreach (var contact in contacts)
        {
            var mail = Assert.Single(scene.Mails(contact));
            Assert.Contains(rows, mail.Html);
            Assert.Contains($"<p>{contact.Name}</p><p><a href=", mail.Html);
            Assert.Contains("</a></p></BODY>", mail.Html);
            Assert.Contains("第899款", mail.Text);
        }
    }

    private static Task<JsonElement> CampaignAsync(CampaignScene scene, object content) => scene.CampaignAsync(content: content, more: new { channels = new[] { "email" } });

    /// <returns>The link by which it is stopped.</returns>
    private static string Check(Contact contact, ReceivedMail mail)
    {
        var words = contact.Locale == "zh-CN" ? Chinese : English;
        var link = mail.Header("List-Unsubscribe")!.Trim('<', '>');
        Assert.Equal("List-Unsubscribe=One-Click", mail.Header("List-Unsubscribe-Post"));
        Assert.Equal([contact.Emails[0]], mail.To);
        Assert.Equal($"{contact.Name}，新品八折 🎉", mail.Subject);
        Assert.Equal($"{contact.Name}，您好\n\n{words}\n{link}", mail.Text!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Contains($"<p>{System.Net.WebUtility.HtmlEncode(contact.Name)}，您好</p>", mail.Html);
        Assert.Contains($"<p><a href=\"{TrackedLink.Of(MailDemo.Domain, link)}\">{words}</a></p></body>", mail.Html);
        Assert.Equal((true, true), (mail.Sent!.TracksOpens, mail.Sent.TracksClicks));
        return link;
    }
}
