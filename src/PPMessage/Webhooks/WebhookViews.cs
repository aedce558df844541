using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Channels.Setup;
using PPMessage.Conversations;
using PPMessage.Http;

namespace PPMessage.Webhooks;

/// <summary>A webhook as the API shows it: never its secret.</summary>
/// <param name="DisabledReason">Why it was switched off by us; null: it was not.</param>
/// <param name="FailingSince">Null: the last attempt went well.</param>
/// <param name="DeliveredUntil">Every change up to here that it wants is delivered; follows within some minutes.</param>
/// <param name="Missed">Changes that the feed forgot before they could be delivered; null: none.</param>
/// <param name="OldSecretUntil">Until then an earlier secret signs as well; null: none does.</param>
internal record WebhookView(
    string Id, string Name, string Url, IReadOnlyList<ChangeType> Events, bool Enabled, string? DisabledReason, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt,
    DateTimeOffset DeliveredUntil, Missed? Missed, DateTimeOffset? OldSecretUntil, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static WebhookView Of(Webhook webhook, WebhookState state, DateTimeOffset now) => new(
        webhook.Id, webhook.Name, webhook.Url, webhook.Events, webhook.Enabled, webhook.DisabledReason, state.FailingSince, webhook.Enabled ? state.NextAttemptAt : null,
        state.Place.Time(), state.Gap(now) ?? state.Missed, webhook.Retired.Select(old => old.Until).Where(until => until > now).Cast<DateTimeOffset?>().Max(), webhook.CreatedAt, webhook.UpdatedAt);
}

/// <summary>The answer to the request that drew the secret; null in its repeats.</summary>
internal sealed record WebhookWithSecret : WebhookView
{
    public WebhookWithSecret(WebhookView view, string? secret) : base(view) => Secret = secret;

    public string? Secret { get; }
}

/// <summary>What became of a <c>ping</c>.</summary>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Body">The beginning of the answer's.</param>
/// <param name="Message">For people.</param>
internal sealed record PingAnswer(bool Ok, int? Status, int DurationMs, string Body, string Message);

/// <summary>What of a webhook the audit log tells before and after.</summary>
internal sealed record WebhookAudit(string Name, string Url, IReadOnlyList<ChangeType> Events, bool Enabled, string Secret)
{
    public static readonly IReadOnlyDictionary<string, AuditChange> SecretChanged = AuditChanges.Secret("secret");

    public static IReadOnlyDictionary<string, AuditChange> Between(Webhook? before, Webhook? after) => AuditChanges.Between(Of(before), Of(after), WebhookJson.Default.WebhookAudit);

    private static WebhookAudit? Of(Webhook? webhook) => webhook is null ? null : new(webhook.Name, Shown(webhook.Url), webhook.Events, webhook.Enabled, AuditChanges.Set);

    // A receiver's path may be its secret; the hash tells one from another.
    private static string Shown(string url) => $"{HookUrls.Shown(url)}#{Ids.Hash(url)[..8]}";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<ChangeType>)])]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(WebhookState))]
[JsonSerializable(typeof(Pulse))]
[JsonSerializable(typeof(ClockWork))]
[JsonSerializable(typeof(WebhookLetter))]
[JsonSerializable(typeof(WebhookAudit))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(WebhookWithSecret))]
[JsonSerializable(typeof(Page<WebhookView>))]
[JsonSerializable(typeof(Page<Attempt>))]
[JsonSerializable(typeof(PingAnswer))]
internal sealed partial class WebhookJson : JsonSerializerContext
{
    static WebhookJson() => Default = new WebhookJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}

/// <summary>As receivers get it. What a change always has is there, be it null; <c>data</c> holds only what belongs to its type.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(Words<ChangeType>)])]
[JsonSerializable(typeof(WebhookBody))]
internal sealed partial class WebhookBodyJson : JsonSerializerContext
{
    static WebhookBodyJson() => Default = new WebhookBodyJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
