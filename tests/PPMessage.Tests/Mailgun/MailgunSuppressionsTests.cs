using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunSuppressionsTests : IAsyncLifetime
{
    private MailgunApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await MailgunApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task An_address_is_taken_off_every_list_it_is_on()
    {
        _app.Stub.Answer = r => r.Target.Contains("bounces", StringComparison.Ordinal)
            ? new StubAnswer(200, """{"message":"Bounced address has been removed"}""")
            : new StubAnswer(404, """{"message":"Address not found in the list"}""");

        Assert.Null(await _app.Lift(await _app.ChannelAsync(), "a+b/c@qq.com", bouncesOnly: false, CancellationToken.None));
        Assert.Equal(
            ["DELETE /v3/mg.example.com/bounces/a%2Bb%2Fc%40qq.com", "DELETE /v3/mg.example.com/unsubscribes/a%2Bb%2Fc%40qq.com", "DELETE /v3/mg.example.com/complaints/a%2Bb%2Fc%40qq.com"],
            _app.Stub.Requests.Select(r => $"{r.Method} {r.Target}"));
    }

    [Fact]
    public async Task What_the_contact_asked_for_stays_where_only_bounces_are_lifted()
    {
        _app.Stub.Answer = _ => new StubAnswer(404, """{"message":"Address not found in the list"}""");

        Assert.Null(await _app.Lift(await _app.ChannelAsync(), "a@qq.com", bouncesOnly: true, CancellationToken.None));
        Assert.Equal("DELETE /v3/mg.example.com/bounces/a%40qq.com", Assert.Single(_app.Stub.Requests.Select(r => $"{r.Method} {r.Target}")));
    }

    [Theory]
    [InlineData(401, "Forbidden")]
    [InlineData(404, """{"message":"Domain not found: mg.example.com"}""")]
    [InlineData(500, "")]
    [InlineData(0, "")]
    public async Task What_could_not_be_done_is_said(int status, string body)
    {
        _app.Stub.Answer = _ => new StubAnswer(status, body);

        Assert.Contains("bounces", await _app.Lift(await _app.ChannelAsync(), "a@qq.com", bouncesOnly: false, CancellationToken.None), StringComparison.Ordinal);
    }
}
