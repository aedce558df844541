using Microsoft.Extensions.Logging;

namespace PPMessage.Work;

internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Work {Kind} failed at attempt {Attempt}")]
    public static partial void WorkFailed(this ILogger log, Exception exception, string kind, int attempt);

    [LoggerMessage(2003, LogLevel.Warning, "Work that was decided could not be finished in line: the queue {Queue} does it")]
    public static partial void LeftToTheQueue(this ILogger log, Exception exception, string queue);

    [LoggerMessage(2004, LogLevel.Error, "Work of kind {Kind} came to light before its commit and could not be put once more: what fails now stays undone")]
    public static partial void NotPutAgain(this ILogger log, Exception exception, string kind);

    [LoggerMessage(2002, LogLevel.Error, "Dead letter {LetterId} of kind {Kind}: {Reason}")]
    public static partial void DeadLettered(this ILogger log, string letterId, string kind, string reason);
}
