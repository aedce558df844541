using System.Text;
using System.Text.Json;
using PPMessage.Storage;
using PPMessage.Tests.Http;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Channels.Setup;

public sealed class SetupChecksTests
{
    private const string Channel = """
        {"kind":"sms","provider":"twilio","name":"客服","settings":{"accountSid":"AC00000000000000000000000000000001","phoneNumber":"+15005550006"},
         "secrets":{"authToken":"00000000000000000000000000000002"},"inbound":{"enabled":true}}
        """;

    [Theory]
    [InlineData("check")]
    [InlineData("connect")]
    [InlineData("disconnect")]
    public async Task A_kind_that_nobody_can_set_up_is_refused_with_a_sentence(string verb)
    {
        await using var app = await TestApp.StartAsync();
        var id = (await app.Admin.PostAsync("/api/channels", Channel))["id"];

        var refused = await app.Admin.PostAsync($"/api/channels/{id}/{verb}");

        Assert.Equal(409, refused.Status);
        Assert.Contains("twilio/sms", refused["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_can_not_be_read_is_named_and_the_provider_is_not_asked()
    {
        await using var workspace = await Workspace.StartAsync();
        var row = (await workspace.Store.ReadAsync(Tables.Config, "channel", workspace.ChannelId, default))!;
        var damaged = Encoding.UTF8.GetString(row.Document.Span).Replace("\"box\":\"A", "\"box\":\"B", StringComparison.Ordinal);
        await workspace.Store.CommitAsync(Tables.Config, "channel", [new RowWrite(WriteKind.Put, row.Key, Encoding.UTF8.GetBytes(damaged), null) { Nonce = row.Nonce }], default);
        var asked = workspace.Twilio.Requests.Count;

        var called = await workspace.CallAsync("POST", $"/api/channels/{workspace.ChannelId}/check");

        Assert.False(called.Json.GetProperty("ok").GetBoolean());
        Assert.Equal("fail", Named(called, "secrets").Word("status"));
        Assert.Contains("authToken", Named(called, "secrets").Word("message"), StringComparison.Ordinal);
        Assert.Equal("fail", Named(called, "credentials").Word("status"));
        Assert.Equal(asked, workspace.Twilio.Requests.Count);
        Assert.Equal(409, (await workspace.CallAsync("POST", $"/api/channels/{workspace.ChannelId}/connect")).Status);
    }

    [Fact]
    public async Task The_active_channel_is_known()
    {
        await using var workspace = await Workspace.StartAsync();

        Assert.Equal("pass", Named(await workspace.CallAsync("POST", $"/api/channels/{workspace.ChannelId}/check"), "active").Word("status"));
        await workspace.CallAsync("POST", $"/api/channels/{workspace.ChannelId}/deactivate");
        Assert.Equal("warn", Named(await workspace.CallAsync("POST", $"/api/channels/{workspace.ChannelId}/check"), "active").Word("status"));
    }

    private static JsonElement Named(Called called, string name) => called.Json.GetProperty("checks").EnumerateArray().Single(check => check.Word("name") == name);
}
