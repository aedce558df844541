using PPMessage.Local.Sandbox.Mailgun;

namespace PPMessage.Local;

/// <summary>Writes a channel's URLs into the demo domain's route and webhooks, as an admin does in Mailgun's console: the sandbox forgets them when it ends.</summary>
internal static class MailgunDomain
{
    private static readonly string[] Events =
        ["accepted", "delivered", "opened", "clicked", "unsubscribed", "complained", "temporary_fail", "permanent_fail"];

    public static void Connect(MailgunSandbox mailgun, string mimeUrl, string eventsUrl)
    {
        mailgun.SetRoutes(new SandboxRoute($"match_recipient(\"^.*@{MailDemo.Domain.Replace(".", "\\.", StringComparison.Ordinal)}$\")", [$"forward(\"{mimeUrl}\")"]));
        foreach (var type in Events) mailgun.SetWebhook(MailDemo.Domain, type, eventsUrl);
    }
}
