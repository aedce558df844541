using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PPMessage.Local;
using Xunit;

namespace PPMessage.Tests.Local;

/// <summary>What the launcher does when a killed start's request seems to run still.</summary>
public sealed class JsonClientTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(10) };
    private readonly StringWriter _told = new();
    private readonly WebApplication _app;
    private int _requests;
    private int _conflicts;
    private string? _retryAfter = "0";

    public JsonClientTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public async ValueTask InitializeAsync() => await _app.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _told.DisposeAsync();
    }

    [Fact]
    public async Task A_request_that_still_runs_is_waited_for_and_that_is_told_once()
    {
        _conflicts = 3;
        Assert.Equal("a_1", (string?)(await PostAsync())["id"]);
        Assert.Equal(4, _requests);
        Assert.Equal(1, _told.ToString().Count(c => c == '\n'));
        Assert.Contains("An earlier start was interrupted", _told.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_waits_for_ever()
    {
        _conflicts = int.MaxValue;
        Assert.Contains("409", (await Assert.ThrowsAsync<InvalidOperationException>(PostAsync)).Message, StringComparison.Ordinal);
        Assert.InRange(_requests, 7, 9);
    }

    [Fact]
    public async Task Other_conflicts_are_not_waited_for()
    {
        (_conflicts, _retryAfter) = (1, null);
        await Assert.ThrowsAsync<InvalidOperationException>(PostAsync);
        Assert.Equal((1, ""), (_requests, _told.ToString()));
    }

    private async Task<JsonObject> PostAsync()
    {
        using var client = new JsonClient(new Uri(_app.Urls.First()), "token", _told, _time);
        return await client.PostAsync("/api/agents", [], "demo", CancellationToken.None);
    }

    private Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = ++_requests > _conflicts ? 201 : 409;
        if (context.Response.StatusCode == 409 && _retryAfter is not null) context.Response.Headers.RetryAfter = _retryAfter;
        return context.Response.WriteAsync("""{"id":"a_1"}""");
    }
}
