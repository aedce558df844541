using Xunit;
using static PPMessage.Tests.Flows.Calls.Programs;

namespace PPMessage.Tests.Flows.Calls;

/// <summary>Where an answer may lead a call.</summary>
public sealed class FlowCallsRedirectTests : IAsyncLifetime
{
    private ProgramServer _home = null!;
    private ProgramServer _other = null!;

    public async ValueTask InitializeAsync() => (_home, _other) = (await ProgramServer.StartAsync(), await ProgramServer.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task To_the_same_origin_everything_goes_along(int status)
    {
        _home.Redirect(status, ("/a", "b?c=1#part"));
        var answer = await CallAsync(Get(_home.Origin + "/a", ("Authorization", "Bearer abc")));
        Assert.Equal((200, null, """{"at":"/b"}"""), (answer.Status, answer.Error, answer.Body));
        var last = _home.All[^1];
        Assert.Equal(("/b?c=1", "Bearer abc", "run_1/ask/1"), (last.Target, last.Headers["Authorization"], last.Headers["Idempotency-Key"]));
    }

    [Fact]
    public async Task To_another_origin_nothing_of_the_callers_goes_along()
    {
        _home.Redirect(302, ("/a", _other.Origin + "/b"));
        var answer = await CallAsync(Request("GET", _home.Origin + "/a", "{}", ("Authorization", "Bearer abc"), ("X-Api-Key", "1"), ("Cookie", "a=1"), ("Accept", "text/csv")));
        Assert.Null(answer.Error);
        var stranger = Assert.Single(_other.All);
        Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], stranger.Headers.Keys.Where(name => !name.Equals("traceparent", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal));
        Assert.Equal(("application/json, */*;q=0.5", ""), (stranger.Headers["Accept"], stranger.Body));
    }

    [Fact]
    public async Task Another_name_of_the_same_machine_is_another_origin()
    {
        _home.Redirect(302, ("/a", $"http://localhost:{_home.Port}/b"));
        Assert.Null((await CallAsync(Get(_home.Origin + "/a", ("Authorization", "Bearer abc")))).Error);
        Assert.Equal([true, false], _home.All.Select(asked => asked.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task Who_was_led_away_comes_back_without_credentials()
    {
        _home.Redirect(302, ("/a", _other.Origin + "/b"));
        _other.Redirect(302, ("/b", _home.Origin + "/admin"));
        Assert.Null((await CallAsync(Get(_home.Origin + "/a", ("Authorization", "Bearer abc")))).Error);
        Assert.Equal(["/a", "/admin"], _home.All.Select(asked => asked.Target));
        Assert.False(_home.All[1].Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("http://10.0.0.1/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://169.254.169.254/metadata")]
    [InlineData("https://[::ffff:169.254.169.254]/")]
    [InlineData("http://example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:word@example.com/")]
    [InlineData("javascript:alert(1)")]
    public async Task To_where_no_call_may_go_no_redirect_goes(string target)
    {
        _home.Redirect(302, ("/a", target));
        var answer = await CallAsync(Get(_home.Origin + "/a"));
        Assert.Equal((302, false), (answer.Status, answer.MayBeRetried));
        Assert.Contains("must", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Only_a_get_follows(string method)
    {
        _home.Redirect(303, ("/a", "/b"));
        var answer = await CallAsync(Request(method, _home.Origin + "/a", "{}"));
        Assert.Equal((303, false), (answer.Status, answer.MayBeRetried));
        Assert.Contains("only a GET", answer.Error, StringComparison.Ordinal);
        Assert.Single(_home.All);
    }

    [Fact]
    public async Task Three_are_followed_and_a_fourth_is_not()
    {
        _home.Redirect(302, ("/1", "/2"), ("/2", "/3"), ("/3", "/4"), ("/0", "/1"), ("/round", "/round"));
        Assert.Equal("""{"at":"/4"}""", (await CallAsync(Get(_home.Origin + "/1"))).Body);
        Assert.Contains("after 3 others", (await CallAsync(Get(_home.Origin + "/0"))).Error, StringComparison.Ordinal);
        var round = await CallAsync(Get(_home.Origin + "/round"));
        Assert.Equal((302, false, 4), (round.Status, round.MayBeRetried, _home.All.Count(asked => asked.Target == "/round")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://[")]
    public async Task One_that_does_not_say_where_to_is_an_error(string target)
    {
        _home.Redirect(302, ("/a", target));
        Assert.False((await CallAsync(Get(_home.Origin + "/a"))).Error is null);
    }
}
