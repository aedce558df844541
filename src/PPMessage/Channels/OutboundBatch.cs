namespace PPMessage.Channels;

/// <summary>Messages that are handed to the provider by one call, each with its own content.</summary>
/// <param name="Reference">What tells the batch again (letters, digits and a dot): the one id that the provider has for all of it is made of it. The same in every attempt.</param>
/// <param name="Messages">To different addresses and of one <see cref="BatchShape"/>; none that <see cref="BatchSending.WhyAlone"/> keeps out.</param>
internal sealed record OutboundBatch(string Reference, IReadOnlyList<OutboundMessage> Messages);

/// <summary>What all messages of a batch have in common, because the call can say it only once.</summary>
internal readonly record struct BatchShape(bool HasText, bool HasHtml, string? From, string? SenderName, string? AnswerTo, bool CanUnsubscribe, bool Tracks)
{
    public static BatchShape Of(OutboundMessage message) => new(
        message.Content.Text.Length > 0, message.Content.Html is { Length: > 0 }, message.From, message.SenderName, message.AnswerTo,
        message.Campaign?.UnsubscribeUrl is not null, message.Campaign?.Tracks == true);
}

/// <summary>Hands a batch over by one call; the outcome is that of all its messages. <c>Refused</c>: fewer of them may be taken, down to one, which is sent by <see cref="IChannelSender"/>.
/// Throws when cancelled before anything was sent, and <see cref="ArgumentException"/> for what is no batch.</summary>
internal delegate Task<SendOutcome> SendBatch(Channel channel, OutboundBatch batch, CancellationToken cancellation);

/// <summary>Asks the provider what became of a batch whose outcome is unknown. Only reads.</summary>
internal delegate Task<BatchFinding> FindBatch(Channel channel, OutboundBatch batch, DateTimeOffset sentAfter, CancellationToken cancellation);

/// <summary>How a provider takes many messages at once. Registered keyed by <c>provider/kind</c>; where none is registered, messages are sent one by one. Thread-safe.</summary>
/// <param name="MostRecipients">Of one call.</param>
/// <param name="MostBytes">Of one call, by <see cref="BatchCut.Weigh"/>.</param>
/// <param name="WhyAlone">Why a message can't be part of a batch, for people; null when it can.</param>
/// <param name="ProviderId">The id that the provider will have for all of the batch, known before the call.</param>
internal sealed record BatchSending(
    int MostRecipients, long MostBytes, Func<Channel, OutboundMessage, string?> WhyAlone, SendBatch Send, FindBatch Find, Func<Channel, OutboundBatch, string> ProviderId);

/// <summary>What the provider says of a batch that it may or may not have.</summary>
internal abstract record BatchFinding
{
    private BatchFinding() { }

    /// <param name="ByAddress">How it stands with those that the provider knows of, by address as in the batch; the others were not taken, once that is to be believed.</param>
    /// <param name="BelievedAfter">As in <see cref="Finding.Candidates"/>.</param>
    internal sealed record Known(IReadOnlyDictionary<string, Candidate> ByAddress, TimeSpan BelievedAfter) : BatchFinding;

    /// <inheritdoc cref="Finding.NoAnswer"/>
    internal sealed record NoAnswer(string Code, string Text) : BatchFinding;

    /// <inheritdoc cref="Finding.CannotAsk"/>
    internal sealed record CannotAsk(string Code, string Text) : BatchFinding;
}
