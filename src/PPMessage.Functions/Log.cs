namespace PPMessage.Functions;

internal static partial class Log
{
    [LoggerMessage(9100, LogLevel.Error, "{Function} failed")]
    public static partial void InvocationFailed(ILogger logger, Exception e, string function);

    [LoggerMessage(9101, LogLevel.Error, "The Functions host does not know enableProxyingHttpRequest: it is too old, every HTTP request is refused")]
    public static partial void HostTooOld(ILogger logger);

    [LoggerMessage(9110, LogLevel.Warning, "Queue {Queue} can't be read, next try in {Seconds} s")]
    public static partial void QueueUnreadable(ILogger logger, Exception e, string queue, double seconds);

    [LoggerMessage(9111, LogLevel.Error, "Work of message {MessageId} of {Queue} failed (attempt {Attempt})")]
    public static partial void WorkFailed(ILogger logger, Exception e, string queue, string messageId, int attempt);

    [LoggerMessage(9112, LogLevel.Warning, "Message {MessageId} of {Queue} can't be kept or given back; it is delivered again after its lease")]
    public static partial void MessageStuck(ILogger logger, Exception e, string queue, string messageId);

    [LoggerMessage(9113, LogLevel.Warning, "Message {MessageId} of {Queue} was taken by somebody else while being worked on")]
    public static partial void LeaseLost(ILogger logger, string queue, string messageId);

    [LoggerMessage(9120, LogLevel.Error, "Timer {Function}, due {Due:O}, failed; it runs again at its next time")]
    public static partial void TimerFailed(ILogger logger, Exception e, string function, DateTimeOffset due);

    [LoggerMessage(9121, LogLevel.Warning, "Timer {Function}, due {Due:O}, can't be claimed, next try in {Seconds} s")]
    public static partial void TimerUnclaimed(ILogger logger, Exception e, string function, DateTimeOffset due, double seconds);
}
