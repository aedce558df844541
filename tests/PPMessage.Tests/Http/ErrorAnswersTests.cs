using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Http;

public sealed class ErrorAnswersTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(map: app =>
    {
        app.MapGet("/api/surprise/{id}", IResult (string id) => throw new InvalidOperationException("inner words " + id));
        app.MapGet("/api/store", IResult () => throw new StoreException("account key of the store"));
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/api/agents/a/b/c", 404)]
    [InlineData("PUT", "/api/agents", 405)]
    [InlineData("GET", "/health/nothing", 404)]
    [InlineData("POST", "/health/live", 405)]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status)
    {
        var reply = await _app.Admin.SendAsync(new HttpMethod(method), path, null);
        BodyTests.AssertProblem(reply, status);
        Assert.Equal(status == 405, reply.Message.Content.Headers.Allow.Count > 0);
    }

    [Fact]
    public async Task A_surprise_is_logged_and_not_told()
    {
        var reply = await _app.Admin.AskAsync("/api/surprise/hook-key-4711");
        BodyTests.AssertProblem(reply, 500);
        Assert.DoesNotContain("inner words", reply.Text);
        Assert.DoesNotContain("   at ", reply.Text);
        Assert.Contains("100 GET /api/surprise/{id} failed", _app.Log.Text);
    }

    [Fact]
    public async Task A_store_that_is_down_is_a_503_with_a_time_to_try_again()
    {
        var reply = await _app.Admin.AskAsync("/api/store");
        BodyTests.AssertProblem(reply, 503);
        Assert.NotNull(reply.Message.Headers.RetryAfter);
        Assert.DoesNotContain("account key", reply.Text);
        _app.Store.Down = true;
        BodyTests.AssertProblem(await _app.Admin.AskAsync("/api/agents"), 503);
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/agents", """{"name":"A"}"""), 503);
    }
}
