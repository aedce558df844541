using PPMessage.Channels;
using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunSearchTests : IAsyncLifetime
{
    private const string Id = "ref.1@mg.example.com";

    private static readonly OutboundMessage Message = new("msg_1", "cv_1", 2, null, "a@b.c", OutboundContent.Of("Hi")) { Reference = "ref.1" };

    private MailgunApp _app = null!;
    private Channel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await MailgunApp.StartAsync();
        _channel = await _app.ChannelAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_best_known_state_is_found_through_all_pages()
    {
        var pages = new Queue<string>([Page(Event("accepted"), Event("delivered")), Page(Event("failed", "\"severity\":\"temporary\"")), Page()]);
        _app.Stub.Answer = _ => new StubAnswer(200, pages.Dequeue());

        var candidates = Assert.IsType<Finding.Candidates>(await FindAsync());

        Assert.Equal(new Candidate(Id, DeliveryStates.Delivered, null, null, IsOfThisAttempt: true), Assert.Single(candidates.Messages));
        Assert.Equal(TimeSpan.FromMinutes(30), candidates.BelievedAfter);
        Assert.Equal(
            [
                $"/v3/mg.example.com/events?message-id=ref.1%40mg.example.com&begin={_app.Time.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds()}&ascending=yes&limit=100",
                "/v3/mg.example.com/events/next", "/v3/mg.example.com/events/next",
            ],
            _app.Stub.Requests.Select(r => r.Target));
    }

    [Theory]
    [InlineData("accepted", "", DeliveryStates.Sending)]
    [InlineData("failed", "\"severity\":\"temporary\"", DeliveryStates.Sending)]
    [InlineData("failed", "\"severity\":\"permanent\",\"delivery-status\":{\"code\":550,\"message\":\"No such user\"}", DeliveryStates.Failed)]
    [InlineData("failed", "\"severity\":\"permanent\",\"delivery-status\":{\"code\":605}", DeliveryStates.Suppressed)]
    [InlineData("opened", "", DeliveryStates.Read)]
    public async Task Each_event_says_how_the_message_stands(string word, string more, string state)
    {
        var pages = new Queue<string>([Page(Event(word, more)), Page()]);
        _app.Stub.Answer = _ => new StubAnswer(200, pages.Dequeue());

        Assert.Equal(state, Assert.Single(Assert.IsType<Finding.Candidates>(await FindAsync()).Messages).State);
    }

    [Fact]
    public async Task Other_messages_and_earlier_attempts_are_not_ours()
    {
        var pages = new Queue<string>([Page(Event("delivered", "\"user-variables\":{\"ppm-attempt\":\"1\"}"), Event("delivered", id: "other@mg.example.com"), "{}", "null", "1"), Page()]);
        _app.Stub.Answer = _ => new StubAnswer(200, pages.Dequeue());

        Assert.Empty(Assert.IsType<Finding.Candidates>(await FindAsync()).Messages);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_key_that_may_only_send_can_not_ask(int status)
    {
        _app.Stub.Answer = _ => new StubAnswer(status, "Forbidden");

        Assert.IsType<Finding.CannotAsk>(await FindAsync());
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(500, "")]
    [InlineData(0, "")]
    [InlineData(200, "Mailgun Magnificent API")]
    [InlineData(200, "{\"items\":{}}")]
    public async Task Without_a_list_there_is_no_answer(int status, string body)
    {
        _app.Stub.Answer = _ => new StubAnswer(status, body);

        Assert.IsType<Finding.NoAnswer>(await FindAsync());
    }

    [Fact]
    public async Task A_list_without_end_is_no_answer()
    {
        _app.Stub.Answer = _ => new StubAnswer(200, Page(Event("accepted")));

        Assert.IsType<Finding.NoAnswer>(await FindAsync());
        Assert.Equal(MailgunSearch.MostPages, _app.Stub.Requests.Count);
    }

    [Fact]
    public async Task The_key_goes_nowhere_else_than_to_the_domains_events()
    {
        await using var other = await MailgunStub.StartAsync();
        foreach (var next in new[] { $"{other.BaseUrl}v3/mg.example.com/events/x", "https://evil.example.com/", "/v3/other.example.com/events/x" })
        {
            var first = true;
            _app.Stub.Answer = _ => new StubAnswer(200, first ? Page([Event("accepted")], next) : Page());
            _app.Stub.Requests.Clear();
            await FindAsync();
            first = false;
            Assert.DoesNotContain(_app.Stub.Requests, r => r.Target.Contains("other.example.com", StringComparison.Ordinal));
        }

        Assert.Empty(other.Requests);
    }

    private static string Event(string word, string more = "", string id = Id) =>
        $$$"""{"event":"{{{word}}}","recipient":"a@b.c","message":{"headers":{"message-id":"{{{id}}}"}}{{{(more.Length > 0 ? "," + more : "")}}}}""";

    private string Page(params string[] items) => Page(items, $"{_app.Stub.BaseUrl}v3/mg.example.com/events/next");

    private static string Page(string[] items, string next) => $$$"""{"items":[{{{string.Join(',', items)}}}],"paging":{"next":"{{{next}}}"}}""";

    private Task<Finding> FindAsync() => _app.Sender.FindAsync(_channel, Message, _app.Time.GetUtcNow(), CancellationToken.None);
}
