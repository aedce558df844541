using Microsoft.Extensions.Logging;

namespace PPMessage.Webhooks;

internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Warning, "Webhook {WebhookId}: delivery {DeliveryId}, attempt {Attempt}: {Reason}")]
    public static partial void NotDelivered(this ILogger log, string webhookId, string deliveryId, int attempt, string reason);

    [LoggerMessage(7002, LogLevel.Error, "Webhook {WebhookId} was switched off: {Reason}")]
    public static partial void SwitchedOff(this ILogger log, string webhookId, string reason);

    [LoggerMessage(7003, LogLevel.Error, "Webhook {WebhookId} could not be served; the next run tries again.")]
    public static partial void DeliveryFailed(this ILogger log, Exception error, string webhookId);
}
