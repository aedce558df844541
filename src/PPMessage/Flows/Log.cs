using Microsoft.Extensions.Logging;

namespace PPMessage.Flows;

internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Warning, "Thread {Thread} has {Most} runs under way: what happens there starts no more")]
    public static partial void TooManyRuns(this ILogger log, string thread, int most);
}
