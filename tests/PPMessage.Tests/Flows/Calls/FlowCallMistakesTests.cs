using PPMessage.Flows.Calls;
using Xunit;

namespace PPMessage.Tests.Flows.Calls;

public sealed class FlowCallMistakesTests
{
    [Theory]
    [InlineData("https://api.example.com/orders/1001?x=值", false)]
    [InlineData("https://8.8.8.8:8443/", false)]
    [InlineData("http://127.0.0.1:7072/sandbox/programs/orders/1001", true)]
    public void A_public_https_url_will_do_and_this_machine_where_that_is_allowed(string url, bool loopback) => Assert.Null(CallMistakes.OfUrl(url, loopback));

    [Theory]
    [InlineData("orders/1001")]
    [InlineData("http://api.example.com/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com/#a")]
    [InlineData("https://example.com/\r\nHost: internal")]
    [InlineData("https://example.com/\t")]
    [InlineData("https://192.168.1.1/")]
    public void Any_other_will_not(string url) => Assert.StartsWith("must", CallMistakes.OfUrl(url, loopback: false), StringComparison.Ordinal);

    [Fact]
    public void A_url_has_an_end()
    {
        Assert.Null(CallMistakes.OfUrl("https://example.com/".PadRight(2000, 'x'), loopback: false));
        Assert.Contains("2000", CallMistakes.OfUrl("https://example.com/".PadRight(2001, 'x'), loopback: false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", "Bearer abc.def==")]
    [InlineData("X-Api-Key", "")]
    [InlineData("Content-Type", "text/xml; charset=gbk")]
    [InlineData("Cookie", "a=1; b=\"2\"")]
    public void A_header_of_ones_own_will_do(string name, string value) => Assert.Null(CallMistakes.OfHeader(name, value));

    [Theory]
    [InlineData("host", "internal")]
    [InlineData("Content-Length", "0")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("Connection", "close")]
    [InlineData("Idempotency-Key", "1")]
    [InlineData("User-Agent", "curl")]
    [InlineData("traceparent", "00-")]
    [InlineData("Proxy-Authorization", "Basic x")]
    [InlineData("Expect", "100-continue")]
    [InlineData("", "1")]
    [InlineData("X A", "1")]
    [InlineData("X-A:", "1")]
    [InlineData("X-A\r\nHost", "1")]
    [InlineData("X-名", "1")]
    [InlineData("X-A", "1\r\nHost: internal")]
    [InlineData("X-A", "1\n")]
    [InlineData("X-A", "1\0")]
    [InlineData("X-A", "值")]
    public void One_of_ours_or_of_the_connections_or_one_that_breaks_out_will_not(string name, string value) => Assert.NotNull(CallMistakes.OfHeader(name, value));

    [Fact]
    public void A_header_has_an_end() => Assert.NotNull(CallMistakes.OfHeader("X-A", new string('x', CallMistakes.LongestHeader + 1)));
}
