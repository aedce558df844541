using Microsoft.Extensions.Logging;

namespace PPMessage.Campaigns;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Error, "The campaign {Campaign} could not be begun; it is tried again in a minute")]
    public static partial void NotBegun(this ILogger log, Exception error, string campaign);

    [LoggerMessage(9002, LogLevel.Warning, "The campaign {Campaign} was due at {Due} when nobody was there; by its schedule it is skipped")]
    public static partial void Skipped(this ILogger log, string campaign, string due);
}
