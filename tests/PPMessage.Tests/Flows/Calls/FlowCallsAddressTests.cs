using System.Net;
using System.Net.Sockets;
using PPMessage.Http;
using Xunit;
using static PPMessage.Tests.Flows.Calls.Programs;

namespace PPMessage.Tests.Flows.Calls;

/// <summary>Whom a flow can't be made to call.</summary>
public sealed class FlowCallsAddressTests
{
    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2852039166/latest/meta-data")]
    [InlineData("https://169.254.169.254/metadata/instance")]
    [InlineData("https://168.63.129.16/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://user:word@example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    [InlineData("https://")]
    [InlineData("https://\u0300.example/")]
    [InlineData("https://xn--\u00e9.example/")]
    [InlineData("https://-/")]
    public async Task A_url_that_can_never_be_right_is_an_answer_and_final(string url)
    {
        var answer = await CallAsync(Get(url), isLocal: false);
        Assert.Equal((0, false), (answer.Status, answer.Error is null));
    }

    [Fact]
    public async Task A_name_that_means_a_private_address_is_refused_when_it_is_connected_to()
    {
        var name = Dns.GetHostName();
        var addresses = await Dns.GetHostAddressesAsync(name, TestContext.Current.CancellationToken);
        Assert.SkipWhen(addresses.Any(PublicAddresses.IsPublic), "This machine's own name means a public address.");
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var answer = await CallAsync(Get($"https://{name}:{((IPEndPoint)listener.LocalEndpoint).Port}/"), isLocal: false);
        Assert.Contains("has no public address", answer.Error, StringComparison.Ordinal);
        Assert.Equal((0, false), (answer.Status, answer.MayBeRetried));
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("http://10.255.255.1/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("http://example.com/")]
    public async Task A_demo_on_this_machine_calls_no_private_network(string url)
    {
        var answer = await CallAsync(Get(url));
        Assert.Equal((0, false), (answer.Status, answer.MayBeRetried));
        Assert.StartsWith("The URL must", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_nobody_may_be_tried_again()
    {
        var answer = await CallAsync(Get("https://nobody.invalid/"), isLocal: false);
        Assert.True(answer.MayBeRetried, answer.Error);
    }

    [Theory]
    [InlineData("TRACE", "X-A", "1", "The method must")]
    [InlineData("get", "X-A", "1", "The method must")]
    [InlineData("GET", "Host", "internal", "The header Host")]
    [InlineData("GET", "X-A", "1\r\nHost: internal", "The header X-A")]
    public async Task A_hostile_call_is_not_made(string method, string name, string value, string begins) =>
        Assert.StartsWith(begins, (await CallAsync(Request(method, "https://nobody.invalid/", null, (name, value)))).Error, StringComparison.Ordinal);
}
