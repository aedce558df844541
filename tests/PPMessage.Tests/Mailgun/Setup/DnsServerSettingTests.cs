using Microsoft.Extensions.Configuration;
using Xunit;

namespace PPMessage.Tests.Mailgun.Setup;

public sealed class DnsServerSettingTests
{
    [Theory]
    [InlineData("10.0.0.2", "10.0.0.2:53")]
    [InlineData(" 127.0.0.1:7074 ", "127.0.0.1:7074")]
    [InlineData("[::1]:5353", "[::1]:5353")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void It_is_an_address_with_or_without_a_port(string? text, string? server) => Assert.Equal(server, From(text).DnsServer?.ToString());

    [Theory]
    [InlineData("dns.example.com")]
    [InlineData("10.0.0.2:x")]
    public void What_is_none_is_refused_by_name(string text) =>
        Assert.Contains("PPMessage__Dns__Server", Assert.Throws<InvalidOperationException>(() => From(text)).Message, StringComparison.Ordinal);

    private static PPMessageOptions From(string? text) =>
        PPMessageOptions.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("PPMessage:Dns:Server", text)]).Build());
}
