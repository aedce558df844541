using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Conversations;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Webhooks;

/// <summary>Receivers that do not take what they are sent.</summary>
public sealed class WebhookTroubleTests : IAsyncLifetime
{
    private Workspace _workspace = null!;
    private Receiver _receiver = null!;
    private Called _hook = null!;

    public async ValueTask InitializeAsync()
    {
        (_workspace, _receiver) = (await Workspace.StartAsync(), await Receiver.StartAsync());
        _hook = await _workspace.HookAsync(_receiver.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _workspace.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task What_was_not_taken_comes_again_with_the_same_id_and_bytes_before_anything_later()
    {
        _receiver.AnswerWith(500);
        var first = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        var failing = await ShownAsync();
        var next = failing.GetProperty("nextAttemptAt").GetDateTimeOffset();
        Assert.InRange((next - _workspace.Time.GetUtcNow()).TotalSeconds, 5, 6);
        Assert.Equal(_workspace.Time.GetUtcNow(), failing.GetProperty("failingSince").GetDateTimeOffset());
        var second = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync(TimeSpan.FromSeconds(1));
        Assert.Single(_receiver.All);
        await _workspace.BeatAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(2, _receiver.All.Count);

        _receiver.Answer = null;
        await _workspace.BeatAsync(TimeSpan.FromSeconds(37));
        var all = _receiver.All;
        Assert.Equal(4, all.Count);
        Assert.Single(all.Take(3).Select(one => (one.Id, one.Body)).Distinct());
        Assert.Equal(3, all.Take(3).Select(one => one.Timestamp).Distinct().Count());
        Assert.All(all, one => Assert.True(one.IsSignedWith(_hook.Text("secret"))));
        Assert.Equal([first, second], _receiver.Changes.Select(change => change.Word("conversationId")).Distinct());
        Assert.Equal(JsonValueKind.Null, (await ShownAsync()).GetProperty("failingSince").ValueKind);
        var told = (await _workspace.ListAsync($"/api/webhooks/{_hook.Id}/deliveries")).Select(one => (one.GetProperty("attempt").GetInt32(), one.GetProperty("status").GetInt32()));
        Assert.Equal([(1, 204), (3, 204), (2, 500), (1, 500)], told);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_time_gets_it()
    {
        _receiver.AnswerWith(429, "Retry-After", "600");
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        await _workspace.BeatAsync(TimeSpan.FromSeconds(590));
        Assert.Single(_receiver.All);
        await _workspace.BeatAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(2, _receiver.All.Count);
    }

    [Fact]
    public async Task Who_is_gone_is_sent_nothing_more_until_an_admin_says_so_and_misses_nothing()
    {
        _receiver.AnswerWith(410);
        var first = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        var shown = await ShownAsync();
        Assert.False(shown.GetProperty("enabled").GetBoolean());
        Assert.Contains("410", shown.Word("disabledReason"), StringComparison.Ordinal);
        Assert.Equal(412, (await _workspace.CallAsync("PATCH", $"/api/webhooks/{_hook.Id}", new { name = "别的" }, ifMatch: _hook.ETag)).Status);
        var second = await _workspace.OpenAsync(Calls.NewPhone());
        for (var i = 0; i < 3; i++) await _workspace.BeatAsync(TimeSpan.FromHours(1));
        Assert.Single(_receiver.All);

        _receiver.Answer = null;
        var enabled = await _workspace.CallAsync("PATCH", $"/api/webhooks/{_hook.Id}", new { enabled = true });
        Assert.Equal((200, JsonValueKind.Null), (enabled.Status, enabled.Json.GetProperty("disabledReason").ValueKind));
        await _workspace.BeatAsync();
        Assert.Equal(_receiver.All[0].Id, _receiver.All[1].Id);
        Assert.Equal([first, second], _receiver.All.Skip(1).SelectMany(one => one.Changes).Select(change => change.Word("conversationId")).Distinct());
    }

    [Fact]
    public async Task After_a_day_of_failures_it_is_switched_off_and_everybody_is_told()
    {
        _receiver.AnswerWith(503);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        var began = _workspace.Time.GetUtcNow();
        JsonElement shown;
        while ((shown = await ShownAsync()).GetProperty("enabled").GetBoolean())
        {
            Assert.True(_receiver.All.Count < 50);
            await _workspace.BeatAsync(shown.GetProperty("nextAttemptAt").GetDateTimeOffset() - _workspace.Time.GetUtcNow());
        }

        Assert.Equal(began + TimeSpan.FromHours(24), _workspace.Time.GetUtcNow());
        Assert.InRange(_receiver.All.Count, 15, 20);
        Assert.Single(_receiver.All.Select(one => one.Id).Distinct());
        Assert.Contains("24 hours", shown.Word("disabledReason"), StringComparison.Ordinal);
        Assert.Equal(began, shown.GetProperty("failingSince").GetDateTimeOffset());
        var letter = Assert.Single(await _workspace.ListAsync("/api/dead-letters"));
        Assert.Equal(("webhook", _hook.Id), (letter.Word("kind"), letter.GetProperty("payload").Word("webhookId")));
        Assert.Contains("客户系统", letter.Word("reason"), StringComparison.Ordinal);
        var line = (await _workspace.ListAsync("/api/audit"))[0];
        Assert.Equal(("webhooks", "webhook.disabled", _hook.Id), (line.Word("who"), line.Word("action"), line.Word("subject")));
        Assert.True(line.GetProperty("changes").GetProperty("enabled").GetProperty("before").GetBoolean());
    }

    [Fact]
    public async Task Another_url_is_tried_at_once()
    {
        _receiver.AnswerWith(404);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        await _workspace.BeatAsync(TimeSpan.FromSeconds(6));
        await using var other = await Receiver.StartAsync();
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/webhooks/{_hook.Id}", new { url = other.Url })).Status);
        await _workspace.BeatAsync();
        Assert.Equal(_receiver.All[0].Id, Assert.Single(other.All).Id);
    }

    [Fact]
    public async Task What_the_feed_has_forgotten_is_told_to_the_admin()
    {
        await _workspace.CallAsync("PATCH", $"/api/webhooks/{_hook.Id}", new { enabled = false });
        await _workspace.OpenAsync(Calls.NewPhone());
        _workspace.Time.Advance(TimeSpan.FromDays(3));
        await FeedRetention.RunAsync(_workspace.Store, _workspace.Time.GetUtcNow(), default);
        var kept = await _workspace.OpenAsync(Calls.NewPhone());
        var enabled = await _workspace.CallAsync("PATCH", $"/api/webhooks/{_hook.Id}", new { enabled = true });
        Assert.Equal(_workspace.Time.GetUtcNow() - FeedRetention.Kept, enabled.Json.GetProperty("missed").GetProperty("to").GetDateTimeOffset());
        await _workspace.BeatAsync();
        Assert.All(_receiver.Changes, change => Assert.Equal(kept, change.Word("conversationId")));
        Assert.NotEmpty(_receiver.Changes);
        await _workspace.BeatAsync(TimeSpan.FromHours(1));
        Assert.Equal(enabled.Json.GetProperty("missed").GetProperty("from").GetDateTimeOffset(), (await ShownAsync()).GetProperty("missed").GetProperty("from").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_earlier_secret_signs_for_another_day()
    {
        var rotated = await _workspace.CallAsync("POST", $"/api/webhooks/{_hook.Id}/secret");
        Assert.Equal(200, rotated.Status);
        var (old, now) = (_hook.Text("secret"), rotated.Text("secret"));
        Assert.NotEqual(old, now);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        Assert.Equal((true, true, 2), (_receiver.All[0].IsSignedWith(old), _receiver.All[0].IsSignedWith(now), _receiver.All[0].Signature.Split(' ').Length));

        _workspace.Time.Advance(TimeSpan.FromHours(24));
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        Assert.Equal((false, true), (_receiver.All[1].IsSignedWith(old), _receiver.All[1].IsSignedWith(now)));
        Assert.Equal(JsonValueKind.Null, (await ShownAsync()).GetProperty("oldSecretUntil").ValueKind);
    }

    [Fact]
    public async Task What_is_deleted_in_the_middle_of_it_ends_quietly()
    {
        _receiver.Answer = async _ => Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/webhooks/{_hook.Id}")).Status);
        await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.BeatAsync();
        await _workspace.BeatAsync();
        Assert.Single(_receiver.All);
        Assert.Equal(404, (await _workspace.CallAsync("GET", $"/api/webhooks/{_hook.Id}")).Status);
        Assert.Empty(await _workspace.ListAsync("/api/dead-letters"));
    }

    private Task<JsonElement> ShownAsync() => _workspace.GetAsync($"/api/webhooks/{_hook.Id}");
}
