namespace PPMessage.Inbound;

/// <summary>A message as a provider's callback (or its message list) told it, in our words. It is what lies in the work message.</summary>
internal sealed record InboundMessage
{
    public required string ChannelId { get; init; }

    /// <summary>The provider's id, e.g. Twilio's MessageSid: what duplicates have in common.</summary>
    public required string ProviderId { get; init; }

    /// <summary>The sender as the provider wrote it: E.164, a short code, or a name such as <c>SUPPORT</c>.</summary>
    public required string From { get; init; }

    /// <summary>Our number or address that was written to: the answer leaves by it.</summary>
    public required string To { get; init; }

    public required string Text { get; init; }

    public IReadOnlyList<InboundMedia> Media { get; init; } = [];

    /// <summary>The provider's own reading of an opt-out word (<c>STOP</c>, <c>START</c>, <c>HELP</c>); it has then answered already.</summary>
    public string? OptOutType { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Every field as it came, for people to look at.</summary>
    public required IReadOnlyDictionary<string, string> Raw { get; init; }
}

/// <summary>A file at the provider.</summary>
internal sealed record InboundMedia(string Url, string ContentType);

/// <summary>One word of a provider about an outbound message.</summary>
/// <param name="MessageId">From our own callback URL; null when the URL had none.</param>
/// <param name="ConversationId">As <paramref name="MessageId"/>.</param>
/// <param name="Attempt">As <paramref name="MessageId"/>.</param>
/// <param name="RemoteAddress">Whom it was sent to.</param>
/// <param name="State">In our words (<c>DeliveryStates</c>).</param>
/// <param name="ProviderState">In the provider's words; of equal words about one attempt the first stays.</param>
/// <param name="Stops">Why the recipient is not to be messaged any more (<c>SuppressionReasons</c>); null: nothing is said of that.</param>
/// <param name="StoppedAt">By when the recipient had stopped us; null: it is said as it happens.</param>
/// <param name="Revokes">The provider takes an earlier word back: what it had delivered came back after all.</param>
/// <param name="Campaign">The tag that went along with a campaign's message (<c>CampaignMark</c>); null when none came back.</param>
internal sealed record DeliveryReport(
    string? MessageId,
    string? ConversationId,
    int? Attempt,
    string ProviderId,
    string RemoteAddress,
    string State,
    string ProviderState,
    string? ErrorCode,
    string? ErrorText,
    string? Stops,
    DateTimeOffset At,
    bool Revokes = false,
    DateTimeOffset? StoppedAt = null,
    string? Campaign = null);
