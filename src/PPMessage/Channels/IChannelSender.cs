namespace PPMessage.Channels;

/// <summary>
/// Translates one message to one provider call and one answer to one outcome. It never retries, never records, never decides who may be written to:
/// order, guards, claim and recording are the shared sender's. Registered keyed by <c>provider/kind</c>. Thread-safe.
/// </summary>
internal interface IChannelSender
{
    /// <summary>Whether something can be expressed by this channel at all, and what it weighs. Pure; the provider's other policies are left to the provider.</summary>
    ContentCheck Check(OutboundContent content);

    /// <summary>One call to the provider. Throws only when cancelled before anything was sent.</summary>
    Task<SendOutcome> SendAsync(Channel channel, OutboundMessage message, CancellationToken cancellation);

    /// <summary>Asks the provider what became of a send whose outcome is unknown. Only reads.</summary>
    Task<Finding> FindAsync(Channel channel, OutboundMessage message, DateTimeOffset sentAfter, CancellationToken cancellation);
}

/// <param name="Parts">How many parts the provider bills (SMS segments); null where it counts messages.</param>
/// <param name="Field">Of the request, which can't be expressed.</param>
/// <param name="Problem">Why it can't be sent so, for people; null when it can.</param>
internal readonly record struct ContentCheck(int? Parts, string? Field = null, string? Problem = null);

/// <summary>What is to be said, whatever the channel.</summary>
/// <param name="Subject">Null: this channel or conversation has none.</param>
/// <param name="Html">Sanitised; null: text only.</param>
internal sealed record OutboundContent(string? Subject, string Text, string? Html, IReadOnlyList<OutboundFile> Files)
{
    public static OutboundContent Of(string text) => new(null, text, null, []);
}

/// <param name="Open">Opens the content from its beginning; the caller disposes it.</param>
internal sealed record OutboundFile(string Name, string ContentType, long Size, Func<CancellationToken, Task<Stream>> Open);

/// <summary>What a sender needs of a message.</summary>
/// <param name="Id">Ours, deterministic.</param>
/// <param name="ConversationId">With <paramref name="Id"/> it goes along with the message, so that a callback finds its message without a look-up.</param>
/// <param name="Attempt">1 for the first; goes along, too.</param>
/// <param name="From">Our number or address that the contact knows; null: the channel's own.</param>
/// <param name="To">Canonical remote address.</param>
internal sealed record OutboundMessage(string Id, string ConversationId, int Attempt, string? From, string To, OutboundContent Content)
{
    /// <summary>What tells this message again in an answer to it (letters, digits and a dot): a mail's Message-Id is made of it. The same in every attempt.</summary>
    public string Reference { get; init; } = string.Empty;

    /// <summary>What it answers: the provider's ids of the messages before it (Message-Ids without brackets), oldest first. What is ours among them is a whole id, too.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The <see cref="Reference"/> of an earlier message of ours that began the conversation, when nothing was received in it yet.</summary>
    public string? Begun { get; init; }

    /// <summary>The name that the contact sees as the sender's; null: the channel's own.</summary>
    public string? SenderName { get; init; }

    /// <summary>Where answers are to go, when that is not <see cref="From"/>.</summary>
    public string? AnswerTo { get; init; }

    /// <summary>Null: it is an agent's or a flow's.</summary>
    public CampaignMark? Campaign { get; init; }
}

/// <summary>What makes a message one of a campaign's.</summary>
/// <param name="Tag">Says which recipient of which campaign it is for; goes along, and comes back with what the provider tells of it. Letters, digits, dots and underscores.</param>
/// <param name="UnsubscribeUrl">By which the recipient stops campaigns (RFC 8058), where the channel can express that; null: it has other ways.</param>
/// <param name="Tracks">Whether opening it and following its links is to be counted, where the provider can.</param>
internal sealed record CampaignMark(string Tag, Uri? UnsubscribeUrl, bool Tracks)
{
    public const int LongestTag = 200;

    /// <summary>A tag that came back; null when it can't be one of ours.</summary>
    public static string? TagOf(string? text) =>
        text is { Length: > 0 and <= LongestTag } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') ? text : null;
}

/// <summary>How a provider's answer is to be understood.</summary>
internal abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>The provider has it.</summary>
    internal sealed record Accepted(string ProviderId, string State) : SendOutcome;

    /// <summary>It never will be sent so. <paramref name="OptedOut"/>: the recipient has stopped this sender.</summary>
    internal sealed record Refused(string Code, string Text, bool OptedOut = false) : SendOutcome;

    /// <summary>The provider surely did not take it; asking again after the given time is safe.</summary>
    internal sealed record TryLater(string Code, string Text, TimeSpan After) : SendOutcome;

    /// <summary>It may or may not have been sent: to be reconciled, never blindly repeated.</summary>
    internal sealed record Unknown(string Code, string Text) : SendOutcome;
}

/// <summary>What the provider says of a message that it may or may not have.</summary>
internal abstract record Finding
{
    private Finding() { }

    /// <summary>Messages that look like ours, oldest first; the caller takes the first that its thread does not know.</summary>
    /// <param name="BelievedAfter">How long after the attempt "there is none" is to be doubted: providers' lists lag behind.</param>
    internal sealed record Candidates(IReadOnlyList<Candidate> Messages, TimeSpan BelievedAfter) : Finding;

    /// <summary>The provider could not be asked (time-out, 429, 5xx): ask again later.</summary>
    internal sealed record NoAnswer(string Code, string Text) : Finding;

    /// <summary>This provider or key can't be asked at all (no permission): the message stays unknown until a person decides.</summary>
    internal sealed record CannotAsk(string Code, string Text) : Finding;
}

/// <param name="State">In our words, see <see cref="DeliveryStates"/>.</param>
/// <param name="IsOfThisAttempt">The provider tells attempts apart, though they may bear the same id.</param>
internal sealed record Candidate(string ProviderId, string State, string? ErrorCode, string? ErrorText, bool IsOfThisAttempt = false);
