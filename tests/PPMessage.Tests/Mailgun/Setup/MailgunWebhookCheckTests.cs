using PPMessage.Channels.Setup;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class MailgunWebhookCheckTests(MailWorkspace shared) : MailgunSetupTest(shared)
{
    [Theory]
    [InlineData("delivered", "Fail")]
    [InlineData("opened", "Warn")]
    public async Task A_missing_webhook_is_told(string type, string status)
    {
        Mailgun.SetWebhook(MailDemo.Domain, type, "https://other.example/a");
        await FindsAsync("events", Enum.Parse<CheckStatus>(status), $"The webhooks {type} do not call us");
    }

    [Fact]
    public async Task Webhooks_without_room_are_told()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "complained", "https://one.example/a?token=secret", "https://two.example/b", "https://three.example/c");
        await FindsAsync("events-full", CheckStatus.Fail, "All three URLs of the webhooks complained are others' (https://one.example/…, https://two.example/…, https://three.example/…)");
    }

    [Fact]
    public async Task The_URL_for_mail_in_a_webhook_is_told()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", Mime, Events);
        await FindsAsync("events-mistaken", CheckStatus.Fail, "An event webhook calls the URL for mails");
    }

    [Fact]
    public async Task An_old_URL_of_ours_in_a_webhook_is_told()
    {
        Mailgun.SetWebhook(MailDemo.Domain, "delivered", Events, $"{Workspace.BaseUrl}hooks/0123456789/email/events");
        await FindsAsync("events-gone", CheckStatus.Fail, "The webhooks delivered call an old URL of ours");
    }
}
