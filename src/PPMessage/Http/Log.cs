using Microsoft.Extensions.Logging;

namespace PPMessage.Http;

internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Error, "{Method} {Path} failed.")]
    public static partial void RequestFailed(this ILogger logger, Exception error, string method, string path);

    [LoggerMessage(101, LogLevel.Error, "The store could not serve {Method} {Path}.")]
    public static partial void StoreFailed(this ILogger logger, Exception error, string method, string path);

    [LoggerMessage(102, LogLevel.Warning, "The record of request {Key} could not be closed; a repeat will do the remaining steps.")]
    public static partial void RecordLeftOpen(this ILogger logger, Exception error, string key);
}
