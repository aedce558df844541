using Microsoft.Extensions.Logging;
using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Sends SMS through Twilio, and asks Twilio what became of one whose outcome is unknown.</summary>
internal sealed class TwilioSmsSender(
    TwilioClient twilio, ChannelDirectory channels, PPMessageOptions options, TimeProvider time, ILogger<TwilioSmsSender> log) : IChannelSender
{
    private const string NoCredentials = "no-credentials";
    private const string WhyNone = "A secret of this channel is not set or can't be read.";

    public ContentCheck Check(OutboundContent content) => content switch
    {
        { Subject: not null } => new(null, "subject", "an SMS has none"),
        { Html: not null } => new(null, "html", "an SMS is plain text"),
        { Files.Count: > 0 } => new(null, "attachments", "can't be sent by SMS"),
        { Text: { Length: > SmsSegments.LongestText } text } => new(null, "text", $"has {text.Length} characters; an SMS takes at most {SmsSegments.LongestText}"),
        _ => new(SmsSegments.Count(content.Text)),
    };

    public async Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is not { } account)
        {
            log.NoCredentials(channel.Id);
            return new SendOutcome.TryLater(NoCredentials, WhyNone, TwilioOutcome.BrokenChannelAfter);
        }

        var answer = await twilio.SendAsync(account, TwilioSmsForm.For(channel, message, options.PublicBaseUrl), cancellation);
        var outcome = TwilioOutcome.Of(answer, message);
        if (TwilioOutcome.IsChannelBroken(answer)) log.ChannelBroken(channel.Id, answer.Status, answer.CodeText);
        return outcome;
    }

    public async Task<Finding> FindAsync(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (TwilioAccount.Of(channel, channels, options.TwilioBaseUrl) is not { } account)
            return new Finding.NoAnswer(NoCredentials, WhyNone);
        var search = new TwilioSearch(channel, message, sentAfter, options.Timing.NotFoundBelievedAfter);
        var start = time.GetTimestamp();
        var answer = await twilio.ListMessagesAsync(account, search.Filters, cancellation);
        for (var page = 1; ; page++)
        {
            if (search.Read(answer) is { } finding) return finding;
            if (page == TwilioSearch.MostPages || time.GetElapsedTime(start) > options.Timing.ProviderCall)
                return new Finding.NoAnswer("too-long", "The list of messages did not reach back far enough in time.");
            answer = await twilio.NextPageAsync(account, search.Next, cancellation);
        }
    }
}
