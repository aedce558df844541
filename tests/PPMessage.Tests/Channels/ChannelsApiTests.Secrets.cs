using PPMessage.Channels;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Channels;

public sealed partial class ChannelsApiTests
{
    [Fact]
    public async Task Secrets_are_in_no_answer_and_no_log_and_not_plain_in_the_store()
    {
        var stored = string.Empty;
        _app.Store.BeforeCommit = (_, writes) => stored += string.Concat(writes.Select(write => System.Text.Encoding.UTF8.GetString(write.Document.Span)));
        var made = await CreateAsync(key: "k");
        var path = $"/api/channels/{made["id"]}";
        var replies = new[]
        {
            made, await CreateAsync(key: "k"), await _app.Admin.AskAsync(path), await _app.Admin.AskAsync("/api/channels"), await _app.Admin.AskAsync("/api/audit"),
            await _app.Admin.PatchAsync(path, $$$"""{"secrets":{"authToken":"{{{Token}}}"}}"""), await _app.Admin.PostAsync($"{path}/activate"),
            await _app.Admin.PatchAsync(path, $$$"""{"secrets":{"odd name":"{{{Token}}}"}}"""), await _app.Admin.RemoveAsync($"{path}?archive=true"),
        };
        Assert.All(replies, reply => Assert.DoesNotContain(Token[..10], reply.Text));
        Assert.Contains("authToken", stored);
        Assert.DoesNotContain(Token[..10], stored);
        Assert.DoesNotContain(Token[..10], _app.Log.Text);
    }

    [Fact]
    public async Task A_changed_secrets_key_is_told_and_mended_by_setting_the_secret_again()
    {
        var made = await CreateAsync();
        var directory = await _app.StopAsync();
        _app = await StartAsync(TestApp.Settings(secretsKey: "another-secrets-key-altogether"), directory);
        var reply = await _app.Admin.AskAsync($"/api/channels/{made["id"]}");
        Assert.Equal(200, reply.Status);
        Assert.Contains("set it again", reply.Json.GetProperty("secrets").GetProperty("authToken").GetProperty("problem").GetString());
        var channel = (await _app.Get<ChannelDirectory>().FindAsync(made["id"]!, default))!;
        Assert.Throws<SecretUnreadableException>(() => _app.Get<ChannelDirectory>().Secret(channel, "authToken"));

        reply = await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", $$$"""{"secrets":{"authToken":"{{{Token}}}"}}""");
        Assert.False(reply.Json.GetProperty("secrets").GetProperty("authToken").TryGetProperty("problem", out _));
    }

    [Fact]
    public async Task Without_a_secrets_key_secrets_are_refused_and_the_rest_goes_on()
    {
        var made = await CreateAsync();
        var directory = await _app.StopAsync();
        _app = await StartAsync(TestApp.Settings(secretsKey: null), directory);
        var refused = await CreateAsync();
        BodyTests.AssertProblem(refused, 503);
        Assert.Contains("PPMessage__SecretsKey", refused["detail"]);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"secrets":{"authToken":"another-token-altogether"}}"""), 503);
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/channels/{made["id"]}", """{"name":"B"}""")).Status);
    }
}
