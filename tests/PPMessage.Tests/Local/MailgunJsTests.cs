using System.Text.Json;
using PPMessage.Local.Sandbox.Mailgun;
using PPMessage.Tests.Local.Sandbox.Mailgun;
using Xunit;

namespace PPMessage.Tests.Local;

/// <summary>The sandbox speaks Mailgun's language when Mailgun's own client understands it.</summary>
public sealed class MailgunJsTests : MailSandboxTest
{
    [Fact]
    public async Task The_vendors_client_sends_looks_up_lists_and_configures()
    {
        var result = await RunAsync();

        Assert.Equal((200, "Queued. Thank you."), (result.GetProperty("sent").GetProperty("status").GetInt32(), result.GetProperty("sent").GetProperty("message").GetString()));
        Assert.Equal(["accepted", "delivered"], Texts(result, "events"));
        Assert.Equal(["accepted", "delivered"], Texts(result, "logs"));
        Assert.Equal([MailDemo.Domain], Texts(result, "domains"));
        Assert.Equal(["mxa.mailgun.org", "mxb.mailgun.org"], Texts(result, "receiving"));
        Assert.Equal("active", result.GetProperty("verified").GetString());
        Assert.Equal(["delivered"], Texts(result.GetProperty("hooked"), "types"));
        Assert.Equal("Route has been deleted", result.GetProperty("route").GetProperty("deleted").GetString());
        Assert.Equal(["e"], Texts(result.GetProperty("route"), "listed"));
        var suppressions = result.GetProperty("suppressions");
        Assert.Equal((550, "full"), (int.Parse(suppressions.GetProperty("code").ToString()), suppressions.GetProperty("error").GetString()));
        Assert.Equal(["bgone@x.example", "gone@x.example"], suppressions.GetProperty("pages").EnumerateArray().Select(page => Assert.Single(page.EnumerateArray()).GetString()));

        var mail = Assert.Single(Sandbox.Received(Mailbox));
        Assert.Equal(("主题 👍", "hello", "<b>hello</b>"), (mail.Subject, mail.Text!.Trim(), mail.Html!.Trim()));
        Assert.Equal(["发票 1.pdf"], mail.Attachments);
        Assert.Equal($"<{mail.MessageId}>", result.GetProperty("sent").GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_vendors_client_gets_the_errors_that_it_knows()
    {
        var result = await RunAsync();

        Assert.Equal((400, "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified"), Refusal(result.GetProperty("noText")));
        Assert.Equal((404, "Domain not found"), Refusal(result.GetProperty("unknownDomain")));
        Assert.Equal(400, Refusal(result.GetProperty("malformedPath")).Status);
        Assert.Equal((401, "Forbidden"), Refusal(result.GetProperty("wrongKey")));
        Assert.Equal(404, Refusal(result.GetProperty("suppressions").GetProperty("gone")).Status);
        Assert.Equal(400, Refusal(result.GetProperty("hooked").GetProperty("again")).Status);
    }

    private Task<JsonElement> RunAsync() => NodeClient.Mailgun.RunAsync(
        new
        {
            origin = Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority),
            key = MailDemo.ApiKey,
            domain = MailDemo.Domain,
            from = $"Support <{MailDemo.Address}>",
            to = Mailbox,
            hookUrl = $"{Application.BaseUrl}/events",
        },
        TestContext.Current.CancellationToken);

    private static (int Status, string? Details) Refusal(JsonElement error) => (error.GetProperty("status").GetInt32(), error.GetProperty("details").GetString());

    private static IEnumerable<string?> Texts(JsonElement result, string name) => result.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
