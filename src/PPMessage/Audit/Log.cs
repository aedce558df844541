using Microsoft.Extensions.Logging;

namespace PPMessage.Audit;

internal static partial class Log
{
    [LoggerMessage(400, LogLevel.Error, "The audit line '{Who} {Action} {Subject}' could not be written.")]
    public static partial void LineLost(this ILogger logger, Exception error, string who, string action, string subject);
}
