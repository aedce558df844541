using System.Net.Http.Headers;
using PPMessage.Agents;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task Without_a_token_or_with_a_wrong_one_nobody_gets_in()
    {
        await using var app = await TestApp.StartAsync();
        var agent = new string('0', 26);
        foreach (var token in new[] { null, "wrong", TestApp.AdminKey + "x", TestApp.AdminKey[..^1], $"agent_{agent}_{new string('A', 32)}", "agent__", new string('x', 5000) })
        {
            var reply = await app.As(token).AskAsync("/api/agents");
            BodyTests.AssertProblem(reply, 401);
            Assert.Equal("Bearer", reply.Message.Headers.WwwAuthenticate.Single().Scheme);
        }

        BodyTests.AssertProblem(await app.Stranger.AskAsync("/API/Agents"), 401);
        BodyTests.AssertProblem(await app.Stranger.AskAsync("/%61pi/agents"), 401);
        BodyTests.AssertProblem(await app.Stranger.AskAsync("/api/nothing"), 401);
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Token")]
    public async Task Only_the_bearer_scheme_counts(string scheme)
    {
        await using var app = await TestApp.StartAsync();
        app.Stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, TestApp.AdminKey);
        BodyTests.AssertProblem(await app.Stranger.AskAsync("/api/agents"), 401);
        app.Stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("bearer", TestApp.AdminKey);
        Assert.Equal(200, (await app.Stranger.AskAsync("/api/agents")).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("               ")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/a)")]
    public async Task Without_a_valid_admin_key_only_health_is_served(string? adminKey)
    {
        await using var app = await TestApp.StartAsync(TestApp.Settings(adminKey));
        foreach (var path in new[] { "/api/agents", "/hooks/k/sms", "/", "/u/t", "/healthy" })
        {
            var reply = await app.As(adminKey is { Length: > 0 } ? adminKey.Trim().Length > 0 ? adminKey.Trim() : null : null).AskAsync(path);
            BodyTests.AssertProblem(reply, 503);
            Assert.Contains("PPMessage__AdminKey", reply["detail"]);
        }

        Assert.Equal(200, (await app.Stranger.AskAsync("/health/live")).Status);
        Assert.Equal(503, (await app.Stranger.AskAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Too_many_wrong_tokens_are_a_429_and_lock_nobody_out()
    {
        await using var app = await TestApp.StartAsync();
        var stranger = app.As("wrong");
        var replies = new List<Reply>();
        for (var i = 0; i < FailedLogins.Burst; i++) replies.Add(await stranger.AskAsync("/api/agents"));
        Assert.All(replies, reply => Assert.Equal(401, reply.Status));
        var refused = await stranger.AskAsync("/api/agents");
        BodyTests.AssertProblem(refused, 429);
        Assert.Equal(200, (await app.Admin.AskAsync("/api/agents")).Status);
        app.Time.Advance(refused.Message.Headers.RetryAfter!.Delta!.Value);
        for (var i = 0; i < FailedLogins.PerSecond; i++) Assert.Equal(401, (await stranger.AskAsync("/api/agents")).Status);
        Assert.Equal(429, (await stranger.AskAsync("/api/agents")).Status);
    }

    [Fact]
    public async Task Answers_are_not_for_caches()
    {
        await using var app = await TestApp.StartAsync();
        Assert.True((await app.Admin.AskAsync("/api/agents")).Message.Headers.CacheControl!.NoStore);
    }
}
