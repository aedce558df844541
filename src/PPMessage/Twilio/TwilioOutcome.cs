using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>What an answer to "send this" means. Pure.</summary>
internal static class TwilioOutcome
{
    /// <summary>How long a channel is left alone whose credentials Twilio refuses.</summary>
    public static readonly TimeSpan BrokenChannelAfter = TimeSpan.FromMinutes(5);

    /// <summary>When a queue of ten hours or an allowance of a rolling day is full.</summary>
    public static readonly TimeSpan FullAfter = TimeSpan.FromHours(1);

    /// <summary>A Retry-After beyond this is cut: somebody would have forgotten the message.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    public static SendOutcome Of(TwilioAnswer answer, OutboundMessage message) => answer switch
    {
        { Reach: ProviderReach.NotWritten } => new SendOutcome.TryLater(answer.CodeText, answer.Trouble, Backoff.Of(message)),
        { Reach: ProviderReach.Unclear } => new SendOutcome.Unknown(answer.CodeText, Doubt("Twilio did not answer in time, or the connection broke")),
        { IsSuccess: true } => Taken(answer),
        { Status: >= 400 and < 500 and not 408 } => Refused(answer, message),

        // 5xx, a time-out on the way (408), a redirect that we don't follow: it may have been sent.
        _ => new SendOutcome.Unknown(answer.CodeText, Doubt($"Twilio answered {answer.Status}")),
    };

    private static string Doubt(string what) =>
        $"{what}: whether it took the message is being found out, which takes a few minutes. Whoever sends it again before that may send it twice.";

    public static bool IsChannelBroken(TwilioAnswer answer) =>
        answer.Status is >= 400 and < 500 && TwilioErrors.Class(answer.Status, answer.Error().Code) == TwilioErrorClass.ChannelBroken;

    // A success without an id is no proof of anything; the message list will tell.
    private static SendOutcome Taken(TwilioAnswer answer)
    {
        var message = TwilioResource.Parse(answer.Body);
        return message?["sid"] is { Length: > 0 } sid
            ? new SendOutcome.Accepted(sid, TwilioWords.State(message["status"] ?? string.Empty) ?? DeliveryStates.Sending)
            : new SendOutcome.Unknown(answer.CodeText, "Twilio took it but named no message.");
    }

    private static SendOutcome Refused(TwilioAnswer answer, OutboundMessage message)
    {
        var (code, text) = answer.Error();
        return TwilioErrors.Class(answer.Status, code) switch
        {
            TwilioErrorClass.Busy => new SendOutcome.TryLater(answer.CodeText, text, Wait(answer, Backoff.Of(message))),
            TwilioErrorClass.Full => new SendOutcome.TryLater(answer.CodeText, text, Wait(answer, FullAfter)),
            TwilioErrorClass.ChannelBroken => new SendOutcome.TryLater(answer.CodeText, text, BrokenChannelAfter),
            var kind => new SendOutcome.Refused(answer.CodeText, text, OptedOut: kind == TwilioErrorClass.OptedOut),
        };
    }

    private static TimeSpan Wait(TwilioAnswer answer, TimeSpan standard) =>
        answer.RetryAfter is { } asked && asked > TimeSpan.Zero ? TimeSpan.FromTicks(Math.Min(asked.Ticks, LongestWait.Ticks)) : standard;
}
