using Microsoft.Extensions.Logging;

namespace PPMessage.Agents;

internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Warning, "The sign-in provider {Authority} could not be read: its tokens are refused, or judged by the keys it had last.")]
    public static partial void ProviderUnread(this ILogger logger, Exception error, Uri authority);

    [LoggerMessage(301, LogLevel.Warning, "A token of the sign-in provider was refused: {Reason}.")]
    public static partial void JwtRefused(this ILogger logger, string reason);
}
