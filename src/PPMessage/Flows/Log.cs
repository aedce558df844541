using Microsoft.Extensions.Logging;

namespace PPMessage.Flows;

internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Warning, "Thread {Thread} has {Most} runs under way: what happens there starts no more")]
    public static partial void TooManyRuns(this ILogger log, string thread, int most);

    [LoggerMessage(8002, LogLevel.Error, "A step of the run {Run} broke on something that nobody has foreseen; it is failed")]
    public static partial void StepBroke(this ILogger log, Exception error, string run);
}
