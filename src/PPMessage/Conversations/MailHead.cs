namespace PPMessage.Conversations;

/// <summary>What an inbound mail's head says that agents need to see. <c>From</c> is a claim of the sender; the verdicts are the provider's, to be shown, never to be relied on.</summary>
internal sealed record MailHead
{
    /// <summary>Our addresses that it came to, by the envelopes: one mail to two of them is one message.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The To and Cc headers as written, at most 50 together.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    public IReadOnlyList<string> Cc { get; init; } = [];

    public string? ReplyTo { get; init; }

    /// <summary><c>pass</c>, <c>fail</c>, <c>softfail</c>, <c>neutral</c>, …; null: the provider did not say.</summary>
    public string? Spf { get; init; }

    public string? Dkim { get; init; }

    public string? Spam { get; init; }

    /// <summary>Why it was not written by a person (<c>Auto-Submitted</c> and the like): such mail is never answered by itself. Null: it was.</summary>
    public string? AutomaticBecause { get; init; }

    /// <summary>What about it is not as it should be.</summary>
    public IReadOnlyList<string> Oddities { get; init; } = [];
}
