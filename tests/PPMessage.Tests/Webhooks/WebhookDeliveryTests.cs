using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Webhooks;

/// <summary>Webhooks in the real app, to a real server.</summary>
public sealed class WebhookDeliveryTests : IAsyncLifetime
{
    private Workspace _workspace = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => (_workspace, _receiver) = (await Workspace.StartAsync(), await Receiver.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _workspace.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_text_that_comes_in_is_told_to_the_receiver_signed_and_once()
    {
        var hook = await _workspace.HookAsync(_receiver.Url);
        var conversation = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();

        var got = Assert.Single(_receiver.All);
        Assert.True(got.IsSignedWith(hook.Text("secret")));
        Assert.Equal(_workspace.Time.GetUtcNow().ToUnixTimeSeconds(), got.Timestamp);
        Assert.StartsWith("application/json", got.ContentType, StringComparison.Ordinal);
        Assert.Equal("changes", got.Type);
        var message = (await _workspace.MessagesAsync(conversation))[0].Word("id");
        Assert.Contains(got.Changes, change => change.Word("type") == "message" && change.Word("conversationId") == conversation && change.Word("id") == message);
        Assert.Contains(got.Changes, change => change.Word("type") == "conversation" && change.Word("conversationId") == conversation);
        Assert.DoesNotContain("你好", got.Body, StringComparison.Ordinal);
        Assert.Equal(got.Changes.Count, got.Changes.Select(change => change.Word("changeId")).Distinct().Count());

        for (var i = 0; i < 20; i++) await _workspace.BeatAsync();
        Assert.Single(_receiver.All);
        var told = Assert.Single(await _workspace.ListAsync($"/api/webhooks/{hook.Id}/deliveries"));
        Assert.Equal((got.Id, 204, got.Changes.Count, JsonValueKind.Null), (told.Word("id"), told.GetProperty("status").GetInt32(), told.GetProperty("changes").GetInt32(), told.GetProperty("error").ValueKind));
    }
}
