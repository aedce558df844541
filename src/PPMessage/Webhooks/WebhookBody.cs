using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Conversations;

namespace PPMessage.Webhooks;

/// <summary>What a request carries.</summary>
/// <param name="Timestamp">When it was put together: not of the attempt.</param>
internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, WebhookData Data)
{
    public static string OfChanges(IReadOnlyList<FeedChange> changes, DateTimeOffset now) =>
        Text(new WebhookBody("changes", now, new WebhookData { Changes = [.. changes.Select(WebhookChange.Of)] }));

    public static string OfPing(Webhook webhook, DateTimeOffset now) => Text(new WebhookBody("ping", now, new WebhookData { WebhookId = webhook.Id }));

    private static string Text(WebhookBody body) => JsonSerializer.Serialize(body, WebhookBodyJson.Default.WebhookBody);
}

internal sealed record WebhookData
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WebhookChange>? Changes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WebhookId { get; init; }
}

/// <summary>As <c>GET /api/events</c> tells it.</summary>
/// <param name="ChangeId">The same in every repetition.</param>
internal sealed record WebhookChange(string ChangeId, ChangeType Type, string? ConversationId, string? Id, DateTimeOffset At)
{
    public static WebhookChange Of(FeedChange change) => new(change.Id, change.Row.Type, change.Row.ConversationId, change.Row.Id, change.Row.At);
}
