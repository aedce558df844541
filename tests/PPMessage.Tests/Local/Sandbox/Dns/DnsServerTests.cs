using System.Net;
using System.Net.Sockets;
using DnsClient;
using PPMessage.Local.Sandbox.Dns;
using Xunit;

namespace PPMessage.Tests.Local.Sandbox.Dns;

/// <summary>Asked by a client that knows nothing of how the answers are written.</summary>
public sealed class DnsServerTests : IAsyncDisposable
{
    private readonly DnsZone _zone = new();
    private readonly DnsServer _server;
    private readonly LookupClient _client;

    public DnsServerTests()
    {
        _server = new DnsServer(_zone, 0);
        _client = new LookupClient(new LookupClientOptions(_server.Address) { UseCache = false, Timeout = TimeSpan.FromSeconds(5), Retries = 0 });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task MX_and_texts_of_a_name_are_told()
    {
        var longest = $"v=spf1 {new string('x', 600)} ~all";
        _zone.Put("mg.example.com", new DnsRecords { Mx = [new(5, "mxbiz1.qq.com"), new(10, "mxa.mailgun.org")], Txt = ["one", longest] });

        var mx = await _client.QueryAsync("MG.example.com", QueryType.MX);
        var txt = await _client.QueryAsync("mg.example.com", QueryType.TXT);

        Assert.Equal([(5, "mxbiz1.qq.com."), (10, "mxa.mailgun.org.")], mx.Answers.MxRecords().Select(one => ((int)one.Preference, one.Exchange.Value)));
        Assert.Equal(["one", longest], txt.Answers.TxtRecords().Select(one => string.Concat(one.Text)));
    }

    [Fact]
    public async Task Another_name_is_followed_and_hides_what_the_name_holds()
    {
        _zone.Put("a.example", new DnsRecords { Cname = "b.example", Txt = ["hidden"] });
        _zone.Put("b.example", new DnsRecords { Txt = ["seen"] });

        var answer = await _client.QueryAsync("a.example", QueryType.TXT);

        Assert.Equal("b.example.", Assert.Single(answer.Answers.CnameRecords()).CanonicalName.Value);
        Assert.Equal("seen", Assert.Single(Assert.Single(answer.Answers.TxtRecords()).Text));
    }

    [Fact]
    public async Task A_ring_of_names_ends()
    {
        _zone.Put("a.example", new DnsRecords { Cname = "a.example" });
        Assert.NotEmpty((await _client.QueryAsync("a.example", QueryType.MX)).Answers.CnameRecords());
    }

    [Fact]
    public async Task A_name_that_is_not_there_one_without_the_record_and_one_that_fails_are_three_things()
    {
        _zone.Put("empty.example", new DnsRecords());
        _zone.Put("broken.example", new DnsRecords { Fails = true });

        Assert.Equal(DnsHeaderResponseCode.NotExistentDomain, (await _client.QueryAsync("none.example", QueryType.MX)).Header.ResponseCode);
        Assert.Equal(DnsHeaderResponseCode.NoError, (await _client.QueryAsync("empty.example", QueryType.MX)).Header.ResponseCode);
        Assert.Equal(DnsHeaderResponseCode.ServerFailure, (await _client.QueryAsync("broken.example", QueryType.MX)).Header.ResponseCode);
    }

    [Fact]
    public async Task Rubbish_is_passed_over()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var random = new Random(1);
        for (var length = 0; length < 64; length++)
        {
            var rubbish = new byte[length];
            random.NextBytes(rubbish);
            await udp.SendAsync(rubbish, _server.Address);
        }

        _zone.Put("a.example", new DnsRecords { Txt = ["still here"] });
        Assert.Single((await _client.QueryAsync("a.example", QueryType.TXT)).Answers.TxtRecords());
    }
}
