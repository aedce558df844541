namespace PPMessage.Inbound;

/// <summary>A mail as a provider's callback brought it, in our words. It is what lies in the work message; the mail itself lies in a blob.</summary>
internal sealed record InboundMail
{
    public required string ChannelId { get; init; }

    /// <summary>The envelope's recipient: which of our addresses it came to. What the To header says may be something else.</summary>
    public required string Recipient { get; init; }

    /// <summary>The envelope's sender; empty for bounces.</summary>
    public required string EnvelopeSender { get; init; }

    /// <summary>Of the signature's token: whoever shows that again with another mail is refused.</summary>
    public required string TokenHash { get; init; }

    /// <summary>When the provider signed it.</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>Hash over all decoded fields, files included: tells a repetition from something else under the same token. Base32.</summary>
    public required string Hash { get; init; }

    /// <summary>What is odd about the form in which the provider brought it, for people; null: nothing.</summary>
    public string? Oddity { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The callback's small fields as they came, for people to look at.</summary>
    public required IReadOnlyDictionary<string, string> Raw { get; init; }
}
