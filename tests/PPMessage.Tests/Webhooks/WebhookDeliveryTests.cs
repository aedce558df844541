using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Tests.Functions;
using PPMessage.Tests.Workspaces;
using PPMessage.Webhooks;
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

    [Fact]
    public async Task Only_what_a_webhook_wants_is_told_and_only_from_its_creation_on()
    {
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.HookAsync(_receiver.Url, "只要消息", "message");
        await using var other = await Receiver.StartAsync();
        await _workspace.HookAsync(other.Url, "全部");
        var conversation = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.SayAsync(conversation, "您好");
        await _workspace.TwilioTellsAsync();
        await _workspace.BeatAsync();
        Assert.Equal(2, _receiver.Changes.Count());
        Assert.All(_receiver.Changes, change => Assert.Equal(("message", conversation), (change.Word("type"), change.Word("conversationId"))));
        Assert.Equal(["conversation", "delivery", "message"], other.Changes.Select(change => change.Word("type")).Distinct().Order(StringComparer.Ordinal));
        Assert.All(other.Changes, change => Assert.Equal(conversation, change.Word("conversationId")));
    }

    [Fact]
    public async Task Many_changes_come_in_order_a_hundred_at_a_time_in_one_beat()
    {
        await _workspace.HookAsync(_receiver.Url);
        var cursor = (await _workspace.GetAsync("/api/events")).Word("next");
        await TellAsync(250);
        await _workspace.BeatAsync();
        Assert.Equal([100, 100, 50], _receiver.All.Select(one => one.Changes.Count));
        Assert.Equal(3, _receiver.All.Select(one => one.Id).Distinct().Count());
        var wanted = (await _workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray().Select(item => item.Word("id")).ToList();
        Assert.Equal(wanted, _receiver.Changes.Take(wanted.Count).Select(change => change.Word("id")));
    }

    [Fact]
    public async Task Two_instances_at_once_send_each_batch_once()
    {
        var hook = await _workspace.HookAsync(_receiver.Url);
        await TellAsync(250);
        _workspace.Time.Advance(TimeSpan.FromSeconds(5));
        _receiver.Answer = _ => Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var delivery = _workspace.Services.GetRequiredService<WebhookDelivery>();
        var stored = (await _workspace.Services.GetRequiredService<WebhookStore>().FindAsync(hook.Id, default))!;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => delivery.RunAsync(stored, _workspace.Time.GetUtcNow().AddMinutes(1), default)));
        Assert.Equal([100, 100, 50], _receiver.All.Select(one => one.Changes.Count));
    }

    [Fact]
    public async Task A_receiver_that_hangs_keeps_nobody_else_waiting()
    {
        var hung = await _workspace.HookAsync(_receiver.Url, "慢");
        await using var quick = await Receiver.StartAsync();
        await _workspace.HookAsync(quick.Url, "快");
        _receiver.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        await _workspace.OpenAsync(Calls.NewPhone());
        _workspace.Time.Advance(TimeSpan.FromSeconds(5));
        var first = _workspace.DrainAsync();
        await Eventually.TrueAsync(() => quick.All.Count == 1 && _receiver.All.Count == 1);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        Assert.Equal(2, quick.All.Count);
        await _workspace.GoOnUntilAsync(first, TimeSpan.FromSeconds(1));
        var told = Assert.Single(await _workspace.ListAsync($"/api/webhooks/{hung.Id}/deliveries"));
        Assert.Equal("No answer within 10 s.", told.Word("error"));
    }

    [Fact]
    public async Task The_clock_goes_only_where_a_webhook_is_enabled()
    {
        await _workspace.OpenAsync(Calls.NewPhone());
        Assert.Empty(await LeftAsync());
        var hook = await _workspace.HookAsync(_receiver.Url);
        for (var i = 0; i < 3; i++) await _workspace.BeatAsync();
        Assert.Single(await LeftAsync());
        await _workspace.CallAsync("PATCH", $"/api/webhooks/{hook.Id}", new { enabled = false });
        await _workspace.BeatAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await LeftAsync());

        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.CallAsync("PATCH", $"/api/webhooks/{hook.Id}", new { enabled = true });
        await _workspace.BeatAsync();
        Assert.NotEmpty(_receiver.Changes);
    }

    [Fact]
    public async Task A_clock_that_stands_still_is_started_by_the_timer()
    {
        await _workspace.HookAsync(_receiver.Url);
        _workspace.Time.Advance(TimeSpan.FromSeconds(5));
        foreach (var message in await _workspace.Store.DequeueAsync(Queues.Work, 32, TimeSpan.FromMinutes(1), default)) await _workspace.Store.DeleteAsync(Queues.Work, message.Receipt, default);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(_receiver.All);
        await _workspace.WatchAsync();
        await _workspace.BeatAsync();
        Assert.Single(_receiver.All);
        await _workspace.WatchAsync();
        Assert.Single(await LeftAsync());
    }

    [Fact]
    public async Task Webhooks_cost_no_storage_operation_where_messages_come_in_and_little_where_nothing_happens()
    {
        var hook = await _workspace.HookAsync(_receiver.Url);
        var phone = Calls.NewPhone();
        await _workspace.SayAsync(await _workspace.OpenAsync(phone), "warms the caches");
        await _workspace.TwilioTellsAsync();
        await _workspace.BeatAsync();
        await _workspace.TextAsync(phone, "once more, after five seconds");
        var count = new FaultPlan();
        _workspace.Suffer(count);
        await _workspace.TextAsync(phone, "again");
        Assert.Equal(6, count.Calls.Count);
        await _workspace.BeatAsync();
        Assert.Single(count.Calls, FaultyReceiver.Call);
        // One read of all webhooks, two for the clock's message and two of its queue; 8 for the feed and two commits for the batch, 8 for the feed's end.
        Assert.Equal(6 + 4 + 8 + 2 + 8 + 1, count.Calls.Count);
        await _workspace.BeatAsync();
        Assert.Equal(6 + 4 + 8 + 2 + 8 + 1 + 4 + 8, count.Calls.Count);
        _workspace.Suffer(null);
        Assert.Equal(200, (await _workspace.CallAsync("GET", $"/api/webhooks/{hook.Id}")).Status);
    }

    private async Task TellAsync(int changes)
    {
        var inbox = _workspace.Services.GetRequiredService<Inbox>();
        for (var i = 0; i < changes; i++)
        {
            var ulid = Ids.NewUlid(_workspace.Time.GetUtcNow());
            await inbox.TellAsync(new FeedRow(ChangeType.Presence, null, $"ag_{ulid}", _workspace.Time.GetUtcNow()), ulid, ulid, default);
            if (i % 7 == 0) _workspace.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        _workspace.Time.Advance(TimeSpan.FromMinutes(2));
        return [.. (await _workspace.Store.DequeueAsync(Queues.Work, 32, TimeSpan.FromSeconds(1), default)).Select(message => message.Text)];
    }
}
