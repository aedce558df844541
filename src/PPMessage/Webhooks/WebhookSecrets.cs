using PPMessage.Channels;

namespace PPMessage.Webhooks;

/// <summary>A webhook's secrets, wrapped as those of channels are.</summary>
internal sealed class WebhookSecrets(SecretBox box, TimeProvider time)
{
    /// <summary>How long an earlier secret still signs.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>Of those who draw new ones again and again the oldest go first.</summary>
    private const int MostRetired = 3;

    private const string Name = "secret";

    public bool CanWrap => box.CanWrap;

    public WrappedSecret Wrap(string webhookId, string secret) => box.Wrap(webhookId, Name, secret);

    /// <summary>The webhook with a new secret; the old one signs beside it for a day.</summary>
    public Webhook Rotate(Webhook webhook, string secret)
    {
        var now = time.GetUtcNow();
        var retired = webhook.Retired.Where(old => old.Until > now).Prepend(new RetiredSecret(webhook.Secret, now + Overlap));
        return webhook with { Secret = Wrap(webhook.Id, secret), Retired = [.. retired.Take(MostRetired)], UpdatedAt = now };
    }

    /// <summary>All that sign now, the newest first.</summary>
    /// <exception cref="SecretUnreadableException">The present secret can't be unwrapped.</exception>
    public IReadOnlyList<string> Of(Webhook webhook)
    {
        var now = time.GetUtcNow();
        var retired = webhook.Retired.Where(old => old.Until > now && box.CanUnwrap(webhook.Id, Name, old.Secret)).Select(old => old.Secret);
        return [box.Unwrap(webhook.Id, Name, webhook.Secret), .. retired.Select(old => box.Unwrap(webhook.Id, Name, old))];
    }
}
