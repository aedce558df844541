using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

/// <summary>By which channel each recipient gets it, and why some get nothing.</summary>
public sealed class ChannelOrderTests(MailWorkspace shared) : IClassFixture<MailWorkspace>
{
    private static readonly object Content = new { sms = new { text = "短信" }, email = new { subject = "邮件", text = "信" } };

    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task The_next_channel_is_taken_where_the_first_does_not_reach_or_is_stopped()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(5, (i, contact) => i switch
        {
            0 or 1 or 2 => contact with { Name = $"{i}", Phones = [Calls.NewPhone()] },
            3 => contact with { Name = "3" },
            _ => contact with { Name = "4", Emails = [], Phones = [] },
        });
        var by = contacts.ToDictionary(contact => contact.Name!);
        await _workspace.TextAsync(by["1"].Phones[0], "TD");
        await _workspace.TextAsync(by["2"].Phones[0], "TD");
        Assert.Equal(200, (await _workspace.CallAsync("POST", "/api/suppressions", new { address = by["2"].Emails[0], channelId = _workspace.MailChannelId })).Status);

        var run = await scene.StartAsync(await scene.CampaignAsync(content: Content, more: new { channels = new[] { "sms", "email" } }));
        await scene.FinishAsync(run);
        await scene.HearAsync();
        var recipients = (await scene.RecipientsAsync(run)).ToDictionary(one => one.Word("name"));
        Assert.Equal(["sms", "email", null, "email", null], Enumerable.Range(0, 5).Select(i => recipients[$"{i}"].GetProperty("channelKind").GetString()));
        Assert.Equal(["delivered", "delivered", "skipped", "delivered", "skipped"], Enumerable.Range(0, 5).Select(i => recipients[$"{i}"].Word("state")));
        Assert.Equal(("suppressed", "no_address"), (recipients["2"].Word("reason"), recipients["4"].Word("reason")));
        Assert.StartsWith("email: manual", recipients["2"].Word("detail"));
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(i => _workspace.Mailgun.Received(by[$"{i}"].Emails[0]).Count));
        Assert.Equal([1, 0, 0], Enumerable.Range(0, 3).Select(i => _workspace.Got(by[$"{i}"].Phones[0]).Count(text => text.StartsWith("短信", StringComparison.Ordinal))));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((5, 3, 0), (progress.GetProperty("matched").GetInt64(), progress.GetProperty("sent").GetInt64(), progress.GetProperty("queued").GetInt64()));
        Assert.Equal((1, 1), (progress.GetProperty("skipped").GetProperty("suppressed").GetInt64(), progress.GetProperty("skipped").GetProperty("no_address").GetInt64()));
    }

    [Fact]
    public async Task A_text_that_cannot_be_made_for_one_contact_is_made_for_the_others()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var contacts = await scene.PutAsync(4, (i, contact) => i == 2 ? contact with { Name = null } : contact);
        var text = "{% if contact.name %}{{ contact.name }}，您好{% endif %}";
        var run = await scene.StartAsync(await scene.CampaignAsync(content: new { email = new { subject = "信", text } }, more: new { channels = new[] { "email" } }));
        await scene.FinishAsync(run);
        await scene.HearAsync();
        var skipped = Assert.Single(await scene.RecipientsAsync(run, "?state=skipped"));
        Assert.Equal(("content", contacts.Single(contact => contact.Name is null).Id), (skipped.Word("reason"), skipped.Word("contactId")));
        Assert.Equal("email: The text is empty.", skipped.Word("detail"));
        Assert.All(contacts, contact => Assert.Equal(contact.Name is null ? 0 : 1, scene.Mails(contact).Count));
        var progress = await scene.ProgressAsync(run);
        Assert.Equal((3, 0, 1), (progress.GetProperty("sent").GetInt64(), progress.GetProperty("queued").GetInt64(), progress.GetProperty("skipped").GetProperty("content").GetInt64()));
    }
}
