using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Http;

public sealed class PublicUrlTests
{
    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("https://example.com:8443/hook?key=值&b")]
    [InlineData("https://例子.中国/挂钩")]
    [InlineData("https://8.8.8.8/")]
    public void An_https_address_on_the_internet_will_do(string url) => Assert.Null(PublicUrl.Mistake(url, loopback: false));

    [Theory]
    [InlineData("")]
    [InlineData("挂钩")]
    [InlineData("/hook")]
    [InlineData("http://example.com/hook")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:word@example.com/")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com/#part")]
    [InlineData("https://xn--\u00e9.example/")]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://169.254.169.254/metadata")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://0.0.0.0/")]
    public void Whatever_can_never_be_right_is_refused(string url) => Assert.NotNull(PublicUrl.Mistake(url, loopback: false));

    [Theory]
    [InlineData("http://127.0.0.1:7072/in", true)]
    [InlineData("http://localhost:7072/in", true)]
    [InlineData("https://[::1]/in", true)]
    [InlineData("http://192.168.0.1/in", false)]
    [InlineData("http://example.com/in", false)]
    [InlineData("https://10.0.0.1/in", false)]
    public void A_demo_on_this_machine_may_call_this_machine_and_nothing_else_in_private(string url, bool isAllowed) =>
        Assert.Equal(isAllowed, PublicUrl.Mistake(url, loopback: true) is null);
}
