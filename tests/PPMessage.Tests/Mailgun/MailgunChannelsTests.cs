using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunChannelsTests
{
    private static readonly MailgunChannels Kind = new();

    private static readonly HashSet<string> AllSecrets = [MailgunChannels.ApiKey, MailgunChannels.WebhookSigningKey];

    [Fact]
    public void A_complete_channel_can_be_stored()
    {
        Assert.Empty(Kind.Validate(Settings(), AllSecrets));
        Assert.Empty(Kind.Validate(Settings(("region", "eu"), ("displayName", "客服")), AllSecrets));
        Assert.Empty(Kind.Validate(Settings(("address", "support@example.com")), AllSecrets));
    }

    [Theory]
    [InlineData("domain", "https://mg.example.com", "not a URL")]
    [InlineData("domain", "mg.example.com/", "not a URL")]
    [InlineData("domain", "support@mg.example.com", "goes into address")]
    [InlineData("domain", "mg", "domain name")]
    [InlineData("domain", "mg..com", "domain name")]
    [InlineData("domain", "例子.中国", "domain name")]
    [InlineData("domain", "例子.中国", "xn--fsqu00a.xn--fiqs8s")]
    [InlineData("address", "客服@例子.中国", "客服@xn--fsqu00a.xn--fiqs8s")]
    [InlineData("domain", "", "domain name")]
    [InlineData("region", "cn", "us or eu")]
    [InlineData("region", "EU", "us or eu")]
    [InlineData("address", "Support <support@mg.example.com>", "displayName")]
    [InlineData("address", "support", "plain address")]
    [InlineData("address", "a@b@c", "plain address")]
    [InlineData("displayName", "a\r\nBcc: b@c.d", "one line")]
    [InlineData("apiKey", "key-1", "secrets.apiKey")]
    [InlineData("webhookSigningKey", "x", "secrets.webhookSigningKey")]
    [InlineData("colour", "red", "not a setting")]
    public void Mistakes_are_named_where_they_are(string name, string value, string message)
    {
        var mistake = Assert.Single(Kind.Validate(Settings((name, value)), AllSecrets));

        Assert.Equal($"settings.{name}", mistake.Key);
        Assert.Contains(message, mistake.Value.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Equal(
            ["secrets.apiKey", "secrets.signingKey", "secrets.webhookSigningKey", "settings.address", "settings.domain"],
            Kind.Validate(new Dictionary<string, string>(), new HashSet<string> { "signingKey" }).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_raw_mails_URL_ends_as_Mailgun_wants_it() => Assert.Equal(
        new Dictionary<string, string> { ["url"] = "https://x.example/base/hooks/k/email", ["mimeUrl"] = "https://x.example/base/hooks/k/email/mime", ["eventsUrl"] = "https://x.example/base/hooks/k/email/events" },
        Kind.Urls(new Uri("https://x.example/base/"), "k"));

    private static Dictionary<string, string> Settings(params (string Name, string Value)[] changes)
    {
        var settings = new Dictionary<string, string> { ["domain"] = "mg.example.com", ["address"] = "support@mg.example.com" };
        foreach (var (name, value) in changes) settings[name] = value;
        return settings;
    }
}
