using Microsoft.Extensions.Configuration;
using Xunit;

namespace PPMessage.Tests;

public sealed class PPMessageOptionsTests
{
    [Theory]
    [InlineData("https://example.com/?y=1")]
    [InlineData("https://example.com/#here")]
    [InlineData("https://user:password@example.com")]
    [InlineData("http://example.com")]
    [InlineData("ftp://example.com")]
    [InlineData("example.com")]
    public void A_public_url_that_nobody_can_be_called_by_is_refused_by_name_and_without_its_password(string url)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => From(url));
        Assert.Contains("PPMessage__PublicBaseUrl", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/x/", "https://example.com/x")]
    [InlineData("http://127.0.0.1:7071", "http://127.0.0.1:7071/")]
    public void A_public_url_may_have_a_path(string url, string taken) => Assert.Equal(taken, From(url).PublicBaseUrl.ToString());

    [Fact]
    public void With_other_times_everything_else_stays()
    {
        var options = new PPMessageOptions { AdminKey = "a", SecretsKey = "s", DnsServer = new(System.Net.IPAddress.Loopback, 53), Flows = new() { Steps = 7 }, Imports = new(), Limits = new(), MailgunBaseUrl = new("https://m.example") };
        var other = options.With(new Timing());
        foreach (var property in typeof(PPMessageOptions).GetProperties().Where(property => property.CanWrite && property.Name != nameof(PPMessageOptions.Timing)))
            Assert.Equal(property.GetValue(options), property.GetValue(other));
    }

    private static PPMessageOptions From(string publicBaseUrl) =>
        PPMessageOptions.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("PPMessage:PublicBaseUrl", (string?)publicBaseUrl)]).Build());
}
