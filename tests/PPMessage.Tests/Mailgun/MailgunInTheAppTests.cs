using System.Net;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunInTheAppTests
{
    [Fact]
    public async Task A_channel_made_by_the_API_takes_mail_by_the_URLs_that_it_shows()
    {
        await using var workspace = await Workspace.StartAsync();
        var channel = await workspace.PostAsync("/api/channels", new
        {
            kind = "email", provider = "mailgun", name = "Support mail", settings = new { domain = MailgunApp.Domain, address = MailgunApp.Address },
            secrets = new { apiKey = MailgunApp.ApiKey, webhookSigningKey = MailgunApp.SigningKey }, inbound = new { enabled = true },
        });
        var inbound = channel.GetProperty("inbound");
        Assert.EndsWith("/email/mime", inbound.Word("mimeUrl"), StringComparison.Ordinal);
        Assert.EndsWith("/email/events", inbound.Word("eventsUrl"), StringComparison.Ordinal);

        using var client = new HttpClient();
        var mail = Forms.Signed(workspace.Time.GetUtcNow(), [("recipient", MailgunApp.Address), ("sender", "zhang@qq.com"), ("body-mime", "From: zhang@qq.com\r\nMessage-Id: <1@qq.com>\r\n\r\nHi\r\n")]);
        using var answer = await client.PostAsync(inbound.Word("mimeUrl"), new FormUrlEncodedContent(mail));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_second_channel_of_the_domain_needs_another_address()
    {
        await using var workspace = await Workspace.StartAsync();
        object Channel(string address) => new
        {
            kind = "email", provider = "mailgun", name = "Mail", settings = new { domain = MailgunApp.Domain, address }, secrets = new { apiKey = "k", webhookSigningKey = "s" },
        };
        await workspace.PostAsync("/api/channels", Channel("sales@mg.example.com"));

        await workspace.PostAsync("/api/channels", Channel("Sales@MG.example.com"), HttpStatusCode.Conflict);
        await workspace.PostAsync("/api/channels", Channel("support@mg.example.com"));
    }
}
