using Xunit;

namespace PPMessage.Tests.Http;

/// <summary>Query parameters, where nobody asks for them.</summary>
public sealed class KnownQueryTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/api/agents?limti=3", "limti", "is not known; it may be limit, cursor")]
    [InlineData("/api/agents?limit=3&role=admin", "role", "is not known; it may be limit, cursor")]
    [InlineData("/api/agents?limit=3&", "", null)]
    [InlineData("/api/agents?Limit=3", "", null)]
    [InlineData("/api/agents?=3", "", "is not known; it may be limit, cursor")]
    [InlineData("/api/agents?%E7%8A%B6%E6%80%81=1", "状态", "is not known; it may be limit, cursor")]
    [InlineData("/api/audit?form=2026-11-22T00:00:00Z", "form", "is not known; it may be who, action, subject, from, to, limit, cursor")]
    [InlineData("/api/settings/business-hours?team=tm_1", "team", "is not known: there are none here")]
    public async Task A_parameter_that_an_endpoint_does_not_know_is_named_with_those_that_it_knows(string path, string name, string? message)
    {
        var reply = await _app.Admin.AskAsync(path);
        Assert.Equal(message is null ? 200 : 400, reply.Status);
        if (message is null) return;
        BodyTests.AssertProblem(reply, 400);
        Assert.Equal(message, Assert.Single(reply.Json.GetProperty("errors").EnumerateObject(), error => error.Name == name).Value[0].GetString());
    }

    [Fact]
    public async Task All_that_are_not_known_are_named_and_nothing_is_done()
    {
        var reply = await _app.Admin.PostAsync("/api/agents?dryRun=true&notify=false", """{"name":"张伟"}""");
        BodyTests.AssertProblem(reply, 400);
        Assert.Equal(["dryRun", "notify"], reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Empty((await _app.Admin.AskAsync("/api/agents")).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_stranger_is_told_nothing_and_what_is_not_there_is_not_found()
    {
        BodyTests.AssertProblem(await _app.Stranger.AskAsync("/api/agents?x=1"), 401);
        Assert.Equal(404, (await _app.Admin.AskAsync("/api/nothing?x=1")).Status);
        Assert.Equal(200, (await _app.Stranger.AskAsync("/health/live?probe=1")).Status);
    }
}
