using Microsoft.Extensions.Logging;

namespace PPMessage.Conversations;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "Message {MessageId} is durable; the queue finishes what follows")]
    public static partial void LeftToTheQueue(this ILogger log, Exception exception, string messageId);

    [LoggerMessage(3002, LogLevel.Information, "A delivery report names {ProviderId}, which is no message of ours")]
    public static partial void NotOurs(this ILogger log, string providerId);
}
