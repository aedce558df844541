using System.Text.Json.Serialization;

namespace PPMessage.Conversations;

/// <summary>One item of a conversation, as stored. Words of the provider about it lie in rows of their own (<see cref="DeliveryEvent"/>).</summary>
internal sealed record Message
{
    public required string Id { get; init; }

    public required string ConversationId { get; init; }

    public required Direction Direction { get; init; }

    public required MessageKind Kind { get; init; }

    public required string ChannelId { get; init; }

    public required string ChannelKind { get; init; }

    public required Author Author { get; init; }

    public string? Subject { get; init; }

    /// <summary>What was said: of a mail the reply without quotation and signature. The beginning of it where <see cref="Content"/> has the whole.</summary>
    public required string Text { get; init; }

    /// <summary>With quotation and signature; null: the text is all there is.</summary>
    public string? FullText { get; init; }

    /// <summary>Sanitised.</summary>
    public string? Html { get; init; }

    /// <summary>The blob with text, full text and HTML when they are too long for a row (<see cref="Contents"/>).</summary>
    public string? Content { get; init; }

    /// <summary>The blob with the mail as it came.</summary>
    public string? RawBlob { get; init; }

    /// <summary>Of an inbound mail.</summary>
    public MailHead? Mail { get; init; }

    /// <summary>Of an outbound message that leaves the house.</summary>
    public Route? Route { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>The provider's id, as soon as it is known.</summary>
    public string? ProviderId { get; init; }

    /// <summary>Our number or address that took part.</summary>
    public string? OurAddress { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for inbound messages and notes.</summary>
    public Delivery? Delivery { get; init; }

    /// <summary>The callback's fields as they came, of an inbound message.</summary>
    public IReadOnlyDictionary<string, string>? Raw { get; init; }

    /// <summary>Null: it is no campaign's.</summary>
    public MessageCampaign? Campaign { get; init; }

    /// <summary>The hash of the request that made it, when that had an Idempotency-Key.</summary>
    public string? RequestHash { get; init; }

    /// <summary>Where it goes. Messages of before routes were kept go to the thread's address.</summary>
    public Route RouteIn(ThreadHead head) =>
        Route ?? new Route(ChannelId, ChannelKind, head.Address, head.Address, OurAddress, null, null, RouteReason.Origin, SenderRule.Channel);
}

/// <param name="Tag">Of its recipient (<c>CampaignMark</c>).</param>
/// <param name="Tracks">Whether opening it is to be counted.</param>
internal sealed record MessageCampaign(string Tag, bool Tracks);

internal enum Direction
{
    Inbound,
    Outbound,
}

internal enum MessageKind
{
    /// <summary>Goes to or came from the contact.</summary>
    Reply,

    /// <summary>Stays inside.</summary>
    Note,
}

/// <param name="Id">The contact's or agent's id; null for the admin key.</param>
internal sealed record Author(AuthorType Type, string? Id, string? Name);

internal enum AuthorType
{
    Contact,
    Agent,
    Flow,
    Campaign,
    System,
}

/// <summary>A file of a message. Until it is fetched it has a <paramref name="Source"/> and no <paramref name="Blob"/>.</summary>
/// <param name="Source">Where the provider keeps it.</param>
/// <param name="Size">In bytes; null until fetched.</param>
/// <param name="Error">Why it will never be here.</param>
/// <param name="ContentId">By which a mail's HTML shows it (<c>cid:</c>).</param>
internal sealed record Attachment(string Id, string Name, string ContentType, long? Size, string? Source, string? Blob, string? Error, string? ContentId = null)
{
    [JsonIgnore]
    public bool IsMissing => Blob is null && Error is null;
}

/// <summary>What became of an outbound message, as far as we ourselves know; provider's words about the same attempt outrank it (<see cref="DeliveryView"/>).</summary>
internal sealed record Delivery
{
    /// <summary>One of <see cref="Channels.DeliveryStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>Counts provider calls; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>When the current attempt began.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }

    /// <summary>Until then the attempt is its claimant's alone.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>Not before then again, when deferred.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>An unknown send that the provider provably does not have is sent again once; this says it was.</summary>
    public bool SentAgain { get; init; }

    /// <summary>When a person last had it sent again; null: nobody has.</summary>
    public DateTimeOffset? AskedAgainAt { get; init; }

    public DeliveryError? Error { get; init; }

    /// <summary>How many parts the provider bills (SMS segments).</summary>
    public int? Segments { get; init; }

    public IReadOnlyList<DeliveryStep> History { get; init; } = [];

    /// <summary>The same delivery one step on.</summary>
    public Delivery To(string state, DateTimeOffset at, DeliveryError? error = null, string? word = null) =>
        this with { State = state, Error = error, History = [.. History.TakeLast(LongestHistory - 1), new DeliveryStep(state, at, Attempt, error, word)] };

    // A message deferred for a day makes about thirty steps; a row stays small in any case.
    private const int LongestHistory = 50;
}

internal sealed record DeliveryError(string Code, string Text);

/// <param name="Event">In the provider's words, when it told so.</param>
internal sealed record DeliveryStep(string State, DateTimeOffset At, int Attempt, DeliveryError? Error = null, string? Event = null);

/// <summary>Row <c>m|{cv}|{msg}|…</c>: one word of the provider about a message. Inserted, never changed.</summary>
/// <param name="Revokes">It takes an earlier word back: what was delivered came back after all.</param>
internal sealed record DeliveryEvent(int Attempt, string State, string ProviderState, string ProviderId, DeliveryError? Error, DateTimeOffset At, bool Revokes = false)
{
    /// <summary>In place of a provider's word: it was asked, and this is what is true.</summary>
    public const string Settled = "settled";
}

/// <summary>Row <c>d|{hash}</c>: which message a provider's id or an Idempotency-Key made.</summary>
/// <param name="Run">The run that heard it; null: none did.</param>
/// <param name="Campaign">The tag of a campaign's message, for what is told of it without one.</param>
internal sealed record Dedupe(string ConversationId, string MessageId, string? Run = null, string? Campaign = null);
