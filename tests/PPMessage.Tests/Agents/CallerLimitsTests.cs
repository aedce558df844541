using Microsoft.Extensions.Time.Testing;
using PPMessage.Agents;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents;

public sealed class CallerLimitsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_burst_is_let_through_and_then_the_rate()
    {
        var limits = Limits(perSecond: 10, burst: 3);
        Assert.Equal(3, Taken(limits, "ag_1", 10));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Taken(limits, "ag_1", 10));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, Taken(limits, "ag_1", 10));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, Taken(limits, "ag_1", 10));
    }

    [Fact]
    public void Who_is_refused_is_told_how_long_and_gets_in_then()
    {
        var limits = Limits(perSecond: 2, burst: 1);
        Assert.Null(limits.TryTake("ag_1"));
        Assert.Equal(TimeSpan.FromMilliseconds(500), limits.TryTake("ag_1"));
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.NotNull(limits.TryTake("ag_1"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(limits.TryTake("ag_1"));
    }

    [Fact]
    public void Callers_have_buckets_of_their_own_that_are_forgotten_when_full()
    {
        var limits = Limits(perSecond: 1, burst: 2);
        for (var i = 0; i < 1000; i++) Assert.Equal(2, Taken(limits, $"ag_{i}", 5));
        Assert.Equal(1000, limits.Count);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(limits.TryTake("ag_7"));
        Assert.Equal(1, limits.Count);
    }

    [Fact]
    public void Callers_at_the_same_time_share_one_bucket()
    {
        var limits = Limits(perSecond: 1, burst: 100);
        var taken = 0;
        Parallel.For(0, 1000, _ => { if (limits.TryTake("ag_1") is null) Interlocked.Increment(ref taken); });
        Assert.Equal(100, taken);
    }

    [Fact]
    public async Task Too_many_requests_of_one_token_are_a_429_with_a_time_and_hinder_nobody_else()
    {
        await using var app = await TestApp.StartAsync(new Dictionary<string, string?>(TestApp.Settings()) { ["PPMessage:Limits:RequestsPerSecond"] = "2", ["PPMessage:Limits:Burst"] = "4" });
        var token = (await app.Admin.PostAsync("/api/agents", """{"name":"王芳"}"""))["token"];
        var agent = app.As(token);
        for (var i = 0; i < 4; i++) Assert.Equal(200, (await agent.AskAsync("/api/agents/me")).Status);
        var refused = await agent.AskAsync("/api/agents/me");
        BodyTests.AssertProblem(refused, 429);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Message.Headers.RetryAfter!.Delta);
        Assert.Equal(200, (await app.Admin.AskAsync("/api/agents")).Status);
        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await agent.AskAsync("/api/agents/me")).Status);
    }

    [Fact]
    public async Task Health_and_callbacks_of_providers_are_never_limited()
    {
        await using var app = await TestApp.StartAsync(new Dictionary<string, string?>(TestApp.Settings()) { ["PPMessage:Limits:RequestsPerSecond"] = "1", ["PPMessage:Limits:Burst"] = "1" });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await app.Admin.AskAsync("/health/live")).Status);
            Assert.Equal(404, (await app.Admin.AskAsync("/hooks/nobody/sms")).Status);
        }
    }

    [Theory]
    [InlineData("RequestsPerSecond", "-1")]
    [InlineData("RequestsPerSecond", "many")]
    [InlineData("Burst", "0")]
    public async Task A_limit_that_is_none_stops_the_start_and_is_named(string name, string value)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(new Dictionary<string, string?>(TestApp.Settings()) { [$"PPMessage:Limits:{name}"] = value }));
        Assert.Contains($"PPMessage__Limits__{name}", error.Message, StringComparison.Ordinal);
    }

    private CallerLimits Limits(int perSecond, int burst) => new(new PPMessageOptions { Limits = new RequestLimits { RequestsPerSecond = perSecond, Burst = burst } }, _time);

    private static int Taken(CallerLimits limits, string caller, int tries) => Enumerable.Range(0, tries).Count(_ => limits.TryTake(caller) is null);
}
