using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PPMessage.Channels;
using PPMessage.Webhooks;
using Xunit;

namespace PPMessage.Tests.Webhooks;

/// <summary>Calls to real servers.</summary>
public sealed class WebhookClientTests : IAsyncLifetime
{
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [InlineData("https://127.0.0.1")]
    [InlineData("https://localhost")]
    [InlineData("https://[::1]")]
    [InlineData("https://[::ffff:127.0.0.1]")]
    [InlineData("http://127.0.0.1")]
    public async Task What_a_name_means_when_it_is_called_must_be_on_the_internet(string origin)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answer = await CallAsync($"{origin}:{((IPEndPoint)listener.LocalEndpoint).Port}/", isLocal: false);
        Assert.Equal(0, answer.Status);
        Assert.Contains("has no public address", answer.Error, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("http://10.255.255.1/")]
    [InlineData("http://169.254.169.254/metadata")]
    [InlineData("https://[fd00::1]/")]
    public async Task A_demo_on_this_machine_calls_no_private_network(string url) =>
        Assert.Contains("has no public address", (await CallAsync(url)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_url_arrives_as_it_was_written()
    {
        var answer = await CallAsync(_receiver.Url + "/%E9%92%A9?key=%E5%80%BC&b=1+2&c&d=&x=%7Bid%7D&key=2");
        Assert.Null(answer.Error);
        Assert.Equal("/in/%E9%92%A9?key=%E5%80%BC&b=1+2&c&d=&x=%7Bid%7D&key=2", Assert.Single(_receiver.All).Target);
    }

    [Theory]
    [InlineData(301, "redirect")]
    [InlineData(307, "redirect")]
    [InlineData(404, "path")]
    [InlineData(401, "signature")]
    [InlineData(410, "Gone")]
    [InlineData(500, "500")]
    public async Task Whatever_is_not_2xx_is_a_failure_in_plain_words(int status, string word)
    {
        _receiver.AnswerWith(status, "Location", _receiver.Url + "/elsewhere");
        var answer = await CallAsync(_receiver.Url);
        Assert.Equal(status, answer.Status);
        Assert.Contains(word, answer.Error, StringComparison.Ordinal);
        Assert.Equal("/in", Assert.Single(_receiver.All).Target);
    }

    [Fact]
    public async Task Of_a_huge_answer_the_beginning_is_read_and_it_counts()
    {
        _receiver.Answer = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.ContentType = "text/html; charset=no-such-thing";
            var much = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("好", 100_000)));
            while (true) await context.Response.Body.WriteAsync(much, context.RequestAborted);
        };
        var answer = await CallAsync(_receiver.Url).WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        Assert.Null(answer.Error);
        Assert.Equal((200, 500), (answer.Status, answer.Body.Length));
        Assert.Equal('好', answer.Body[^1]);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_so()
    {
        var answer = await CallAsync($"http://127.0.0.1:{FreePorts.Next()}/");
        Assert.Equal(0, answer.Status);
        Assert.StartsWith("No connection", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_no_tls_is_told_so()
    {
        var answer = await CallAsync(_receiver.Url.Replace("http:", "https:", StringComparison.Ordinal));
        Assert.StartsWith("No TLS connection", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("soon", null)]
    public async Task A_receiver_says_how_long_it_wants_to_be_left_alone(string value, int? seconds)
    {
        _receiver.AnswerWith(503, "Retry-After", value);
        Assert.Equal(seconds, (int?)(await CallAsync(_receiver.Url)).RetryAfter?.TotalSeconds);
    }

    private static async Task<ReceiverAnswer> CallAsync(string url, bool isLocal = true)
    {
        var options = new PPMessageOptions { SecretsKey = "secrets-key-of-the-tests", PublicBaseUrl = new Uri(isLocal ? "http://127.0.0.1:7071" : "https://hub.example.com") };
        var secrets = new WebhookSecrets(new SecretBox(options), TimeProvider.System);
        using var client = new WebhookClient(secrets, options, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        var webhook = new Webhook { Id = "wh_1", Name = "客户系统", Url = url, Secret = secrets.Wrap("wh_1", WebhookSignature.Draw()), CreatedAt = now, UpdatedAt = now };
        return await client.CallAsync(webhook, "wd_1", """{"type":"ping"}""", TestContext.Current.CancellationToken);
    }
}
