using Xunit;
using static PPMessage.Tests.Flows.Playing;

namespace PPMessage.Tests.Flows.Steps;

public sealed class HttpStepTests
{
    private const string Calls = """
        "a":{"type":"http","method":"post","url":"https://example.cn/orders/{{ contact.externalId }}","headers":{"X-Key":"{{ vars.key }}"},"body":{"name":"{{ contact.name }}"},"attempts":3,
        "into":{"state":"/order/state","whole":""},"statusInto":"status","next":"b","on":{"refused":"c","failed":"d"}},"b":{"type":"end","value":"ok"},"c":{"type":"end","value":"refused"},"d":{"type":"end","value":"failed"}
        """;

    private readonly Playing _playing = new();

    [Theory]
    [InlineData("""{"status":200,"body":{"order":{"state":"已发货"}}}""", "ok", "\"已发货\"", "200", 0)]
    [InlineData("""{"status":204}""", "ok", "null", "204", 0)]
    [InlineData("""{"status":404,"body":"nobody"}""", "refused", "null", "404", 0)]
    [InlineData("""{"status":301}""", "failed", "null", "301", 0)]
    public async Task What_it_answers_is_taken(string answer, string value, string state, string status, int seconds)
    {
        var played = await _playing.PlayAsync(FlowOf(Calls, "\"variables\":{\"key\":\"k\"}"), $$"""{"contact":{"externalId":"77"},"events":[{"http":{{answer}}}]}""");
        Assert.Equal($"\"{value}\"", played.Value!.Value.GetRawText());
        Assert.Equal((state, status, TimeSpan.FromSeconds(seconds)), (played.Value("state"), played.Value("status"), played.Lasted()));
        Assert.StartsWith("POST https://example.cn/orders/77: ", Assert.Single(played.Trace[0].Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_lies_too_deep_to_be_kept_is_a_failure()
    {
        var body = new string('[', 50) + new string(']', 50);
        var played = await _playing.PlayAsync(FlowOf(Calls, "\"variables\":{\"key\":\"k\"}"), """{"events":[{"http":{"status":200,"body":BODY}}]}""".Replace("BODY", body, StringComparison.Ordinal));
        Assert.Equal(("\"failed\"", "The value of whole lies more than 48 levels deep."), (played.Value!.Value.GetRawText(), played.Trace.First(entry => entry.Outcome == "failed").Error));
    }

    [Fact]
    public async Task What_does_not_work_for_now_is_tried_again_with_growing_pauses()
    {
        var played = await _playing.PlayAsync(FlowOf(Calls, "\"variables\":{\"key\":\"k\"}"), """{"events":[{"http":{"status":503}},{"http":{"status":0}},{"http":{"status":200}}]}""");
        Assert.Equal(("a:ok", TimeSpan.FromSeconds(12)), (played.Way(), played.Lasted()));
        Assert.Equal([Begin.AddSeconds(2), Begin.AddSeconds(12), null], played.Trace.Where(entry => entry.Step == "a").Select(entry => entry.WaitsUntil));
        var given = await _playing.PlayAsync(FlowOf(Calls, "\"variables\":{\"key\":\"k\"}"), """{"http":"failed"}""");
        Assert.Equal(("\"failed\"", "0"), (given.Value!.Value.GetRawText(), given.Value("status")));
    }

    [Fact]
    public async Task Without_an_answer_left_it_is_answered_with_nothing_and_that_is_said()
    {
        var played = await _playing.PlayAsync(FlowOf(Calls, "\"variables\":{\"key\":\"k\"}"), """{"events":[{"http":{"status":200},"step":"elsewhere"}]}""");
        Assert.Equal(["a:ok"], played.Taken());
        Assert.EndsWith("200 {} (the script has no answer left)", played.Trace[0].Notes[0], StringComparison.Ordinal);
        Assert.Contains(played.Warnings, warning => warning.StartsWith("1 of the script's http answers were not asked for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_that_is_not_connected_goes_where_failures_go()
    {
        var played = await _playing.PlayAsync(FlowOf("""
            "a":{"type":"http","url":"https://example.cn","next":null,"on":{"failed":"b"}},"b":{"type":"end","value":1}
            """), """{"events":[{"http":{"status":404}}]}""");
        Assert.Equal(("completed", "a:refused"), (played.State, played.Way()));
        Assert.Equal("failed", (await _playing.PlayAsync(FlowOf("""
            "a":{"type":"http","url":"https://example.cn","next":null}
            """), """{"events":[{"http":{"status":404}}]}""")).State);
    }
}
