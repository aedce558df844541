using Microsoft.Extensions.Logging;

namespace PPMessage.Twilio;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Error, "Channel {ChannelId} is broken: Twilio answered {Status}, code {Code}. Nothing goes out by it until somebody repairs it.")]
    public static partial void ChannelBroken(this ILogger log, string channelId, int status, string code);

    [LoggerMessage(5002, LogLevel.Error, "Channel {ChannelId} is broken: a secret is not set or can't be read. Nothing goes out by it until somebody repairs it.")]
    public static partial void NoCredentials(this ILogger log, string channelId);

    [LoggerMessage(5010, LogLevel.Warning, "A callback was refused ({Reason}): {Channel}.")]
    public static partial void Refused(this ILogger log, string channel, string reason);

    [LoggerMessage(5011, LogLevel.Error, "A callback could not be taken in; Twilio was asked to try again.")]
    public static partial void NotTaken(this ILogger log, Exception exception);

    [LoggerMessage(5012, LogLevel.Warning, "Message {MessageSid} to channel {ChannelId} was not taken in: its inbound side is off.")]
    public static partial void InboundDisabled(this ILogger log, string channelId, string? messageSid);

    [LoggerMessage(5013, LogLevel.Warning, "A callback to channel {ChannelId} can't be understood ({Reason}); it is kept.")]
    public static partial void Odd(this ILogger log, string channelId, string reason);

    [LoggerMessage(5014, LogLevel.Warning, "Message {MessageSid} to channel {ChannelId} is not as documented: {Reason}.")]
    public static partial void OddMessage(this ILogger log, string channelId, string messageSid, string reason);

    [LoggerMessage(5015, LogLevel.Warning, "Message {MessageSid} of channel {ChannelId} is said to be '{Word}', which is no word of ours: ignored.")]
    public static partial void UnknownWord(this ILogger log, string channelId, string messageSid, string word);

    [LoggerMessage(5020, LogLevel.Error, "Channel {ChannelId} could not catch up.")]
    public static partial void CatchUpFailed(this ILogger log, string channelId, Exception exception);

    [LoggerMessage(5021, LogLevel.Error, "Channel {ChannelId} could not catch up: Twilio answered {Status}, code {Code}.")]
    public static partial void CatchUpRefused(this ILogger log, string channelId, int status, string code);

    [LoggerMessage(5022, LogLevel.Warning, "Message {MessageSid} to channel {ChannelId} never arrived by callback; it was caught up.")]
    public static partial void CaughtUp(this ILogger log, string channelId, string messageSid);

    [LoggerMessage(5023, LogLevel.Warning, "Message {MessageSid} of channel {ChannelId} was never told to be '{Word}' by callback; Twilio was asked.")]
    public static partial void Settled(this ILogger log, string channelId, string messageSid, string word);
}
