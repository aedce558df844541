using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>
/// Row <c>0h</c> of a thread: all that deciding on a new message needs, in one read. A thread is all traffic between one channel and one remote address.
/// </summary>
internal sealed record ThreadHead
{
    /// <summary>How many changes the head remembers for the inbox. More than are ever made between two inbox writes of one thread in ordinary times; a reader who needs an older one is told to read the conversation again.</summary>
    public const int RememberedChanges = 16;

    /// <summary>They lie whole in this row, which every message reads.</summary>
    private const int MostOpen = 20;

    public required string ChannelId { get; init; }

    public required string Address { get; init; }

    /// <summary>Our number that the contact wrote to last: answers leave by it.</summary>
    public string? OurAddress { get; init; }

    /// <summary>Empty where nothing was exchanged, or where all of it was erased: what is known of the address is only whether it may be messaged.</summary>
    public required string ContactId { get; init; }

    public string? ContactName { get; init; }

    /// <summary>Whether several conversations may be open at a time: not for SMS, for e-mail.</summary>
    public bool AllowsSeveralOpen { get; init; }

    /// <summary>Conversations that are not resolved.</summary>
    public IReadOnlyList<Conversation> Open { get; init; } = [];

    /// <summary>The agent who answered last.</summary>
    public string? LastAgent { get; init; }

    public Consent? Consent { get; init; }

    public DateTimeOffset? LastInboundAt { get; init; }

    /// <summary>When all that was here was erased last: what came before then, and is carried in late, is not taken in again.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>What flows have sent here of late; null: nothing.</summary>
    public HourCount? FlowMessages { get; init; }

    /// <summary>What a campaign sent here last; null: nothing did, or all of it is long ago.</summary>
    public LastCampaign? Campaign { get; init; }

    /// <summary>Counts changes of the thread.</summary>
    public long Sequence { get; init; }

    /// <summary>The last changes, oldest first.</summary>
    public IReadOnlyList<Change> Changes { get; init; } = [];

    /// <summary>The open conversation that stands in the way of another one; null: none does.</summary>
    public Conversation? InTheWay => Open.Count >= (AllowsSeveralOpen ? MostOpen : 1) ? Open[0] : null;

    /// <summary>The one in which something happened last.</summary>
    public Conversation? LastActive => Open.MaxBy(conversation => conversation.LastActivityAt);

    public bool IsUnused => ContactId.Length == 0;

    /// <summary>Itself, or what begins in its place.</summary>
    public ThreadHead Or(ThreadHead fresh) => IsUnused ? fresh with { Consent = Consent, Sequence = Sequence, Changes = Changes, ErasedAt = ErasedAt } : this;

    /// <summary>
    /// What is left when all is erased. Its place is a keyed hash and it bears no address: that it must not be messaged outlives the erasure, or an import would
    /// undo what the person has asked for.
    /// </summary>
    public ThreadHead Erased(DateTimeOffset at) => new()
    {
        ChannelId = ChannelId, Address = string.Empty, ContactId = string.Empty, Sequence = Sequence, ErasedAt = at, Consent = Consent?.Bare(),
    };

    /// <summary>Whether a conversation is gone with all that was here, be it that its rows still lie there.</summary>
    public bool HasErased(string conversationUlid) => ErasedAt is { } at && Ids.TimeOf(conversationUlid) <= at;

    public Conversation? Find(string conversationId) => Open.FirstOrDefault(conversation => conversation.Id == conversationId);
}

/// <summary>The last message of a campaign in a thread. It opens no conversation: an answer does.</summary>
/// <param name="Tag">Of its recipient (<c>CampaignMark</c>).</param>
/// <param name="Until">What comes later is no answer to it.</param>
/// <param name="Conversation">ULID of the conversation in which it lies and which does not exist until somebody answers; null: it was said in one that was open.</param>
/// <param name="AnsweredBy">Id of the first message that came after it; null: none has.</param>
internal sealed record LastCampaign(string Tag, DateTimeOffset Until, string? Conversation, string? AnsweredBy)
{
    /// <summary>The conversation that an answer at that time begins; null: one of its own.</summary>
    public string? Begun(DateTimeOffset at) => at <= Until ? Conversation : null;

    /// <summary>Whether a message at that time is the first answer.</summary>
    public bool AwaitsAnswer(DateTimeOffset at) => AnsweredBy is null && at <= Until;
}

/// <summary>How often something happened within the hour that began then.</summary>
internal sealed record HourCount(DateTimeOffset From, int Count)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static int At(HourCount? count, DateTimeOffset now) => count is not null && now - count.From < Hour ? count.Count : 0;

    public static HourCount After(HourCount? count, int more, DateTimeOffset now) => At(count, now) is var before and > 0 ? count! with { Count = before + more } : new HourCount(now, more);
}

/// <summary>One thing that changed, for the change feed.</summary>
/// <param name="Id">The message's id, or the assignee's for an assignment.</param>
internal sealed record Change(long Sequence, ChangeType Type, string ConversationId, string? Id);

internal enum ChangeType
{
    Conversation,
    Message,
    Delivery,
    Assignment,
    Presence,
}
