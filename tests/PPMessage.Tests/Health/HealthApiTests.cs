using Microsoft.Extensions.DependencyInjection;
using PPMessage.Health;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Health;

public sealed class HealthApiTests
{
    [Fact]
    public async Task A_configured_instance_is_ready_without_a_key()
    {
        await using var app = await TestApp.StartAsync();
        Assert.Equal(200, (await app.Stranger.AskAsync("/health/live")).Status);
        var ready = await app.Stranger.AskAsync("/health/ready");
        Assert.Equal((200, "pass"), (ready.Status, ready["status"]));
        Assert.Equal(["adminKey", "secretsKey", "storage", "deadLetters"], ready.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
        Assert.DoesNotContain(TestApp.AdminKey, ready.Text);
        Assert.DoesNotContain(TestApp.SecretsKey, ready.Text);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Head_is_answered_without_a_body(string path)
    {
        await using var app = await TestApp.StartAsync();
        var reply = await app.Stranger.SendAsync(HttpMethod.Head, path, null);
        Assert.Equal((200, string.Empty), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Missing_keys_are_named()
    {
        await using var app = await TestApp.StartAsync(TestApp.Settings(null, "too short"));
        var ready = await app.Stranger.AskAsync("/health/ready");
        Assert.Equal((503, "fail"), (ready.Status, ready["status"]));
        Assert.Contains("PPMessage__AdminKey", ready.Text);
        Assert.Contains("PPMessage__SecretsKey", ready.Text);
        Assert.DoesNotContain("too short", ready.Text);
    }

    [Fact]
    public async Task A_store_that_is_down_makes_it_not_ready_until_it_is_back()
    {
        await using var app = await TestApp.StartAsync();
        app.Store.Down = true;
        Assert.Equal(503, (await app.Stranger.AskAsync("/health/ready")).Status);
        Assert.Equal(200, (await app.Stranger.AskAsync("/health/live")).Status);
        app.Store.Down = false;
        app.Time.Advance(new Timing().CacheFor);
        Assert.Equal(200, (await app.Stranger.AskAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Dead_letters_are_a_warning_with_their_number()
    {
        await using var app = await TestApp.StartAsync(services: services => services.AddSingleton<CountDeadLetters>(_ => Task.FromResult(3)));
        var ready = await app.Stranger.AskAsync("/health/ready");
        Assert.Equal((200, "warn"), (ready.Status, ready["status"]));
        Assert.StartsWith("3 ", ready.Json.GetProperty("checks")[3].GetProperty("message").GetString());
    }
}
