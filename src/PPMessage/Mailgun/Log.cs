using Microsoft.Extensions.Logging;

namespace PPMessage.Mailgun;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "Channel {ChannelId} is broken: Mailgun answered {Status}. Nothing goes out by it until somebody repairs it (API key, region, domain).")]
    public static partial void ChannelBroken(this ILogger log, string channelId, int status);

    [LoggerMessage(6002, LogLevel.Error, "Channel {ChannelId} is broken: a secret is not set or can't be read. Nothing goes out by it until somebody repairs it.")]
    public static partial void NoCredentials(this ILogger log, string channelId);

    [LoggerMessage(6010, LogLevel.Warning, "A callback was refused ({Reason}): {Channel}.")]
    public static partial void Refused(this ILogger log, string channel, string reason);

    [LoggerMessage(6011, LogLevel.Error, "A callback could not be taken in; Mailgun was asked to try again.")]
    public static partial void NotTaken(this ILogger log, Exception exception);

    [LoggerMessage(6012, LogLevel.Warning, "A mail to channel {ChannelId} was not taken in: its inbound side is off.")]
    public static partial void InboundDisabled(this ILogger log, string channelId);

    [LoggerMessage(6013, LogLevel.Warning, "A callback to channel {ChannelId} can't be understood ({Reason}); it is kept.")]
    public static partial void Odd(this ILogger log, string channelId, string reason);

    [LoggerMessage(6014, LogLevel.Warning, "A mail to channel {ChannelId} is not as documented: {Reason}.")]
    public static partial void OddMail(this ILogger log, string channelId, string reason);

    [LoggerMessage(6015, LogLevel.Information, "An event of channel {ChannelId} tells nothing that is recorded: {Reason}.")]
    public static partial void NothingTold(this ILogger log, string channelId, string reason);

    [LoggerMessage(6016, LogLevel.Error, "Channel {ChannelId} is called with wrong signatures and its webhook signing key was never proven right: Mailgun keeps the mail and tries again for hours. Is it the HTTP webhook signing key, not the API key?")]
    public static partial void KeyInDoubt(this ILogger log, string channelId);

    [LoggerMessage(6017, LogLevel.Error, "Channel {ChannelId} is called, and its webhook signing key is not set or can't be read: Mailgun keeps the mail and tries again for hours.")]
    public static partial void NoSigningKey(this ILogger log, string channelId);

    [LoggerMessage(6018, LogLevel.Warning, "Channel {ChannelId} is configured wrongly at Mailgun: {What}.")]
    public static partial void Misrouted(this ILogger log, string channelId, string what);
}
