namespace PPMessage.Conversations;

/// <summary>A stretch of traffic with one contact on one channel that agents work on. While it is not resolved it lies in its thread's head, afterwards in a row of its own.</summary>
internal sealed record Conversation
{
    public required string Id { get; init; }

    public required string ChannelId { get; init; }

    public required string ChannelKind { get; init; }

    /// <summary>The contact's address, canonical.</summary>
    public required string Address { get; init; }

    public required string ContactId { get; init; }

    /// <summary>The contact's name, or null. It follows the contact's until the conversation is resolved.</summary>
    public string? ContactName { get; init; }

    /// <summary>Without Re: and its like; null where the channel has none.</summary>
    public string? Subject { get; init; }

    /// <summary>How answers go; null: by the thread's channel to its address. Not in the inbox's copies.</summary>
    public ReplyPath? Path { get; init; }

    public ConversationStatus Status { get; init; }

    /// <summary>An agent's id; null: everybody sees it as theirs to take.</summary>
    public string? Assignee { get; init; }

    /// <summary>A team's id; null: none. One that was deleted since counts as none whose conversations are everybody's.</summary>
    public string? Team { get; init; }

    /// <summary>The run of a flow that is talking with the contact; null: none is. While one is, nobody is handed what nobody has.</summary>
    public string? HeldBy { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>The beginning of the last message.</summary>
    public string LastWords { get; init; } = string.Empty;

    public int MessageCount { get; init; }

    /// <summary>The thread's sequence at the last change: later wins in the inbox.</summary>
    public long Sequence { get; init; }

    /// <summary>Counts changes by clients; the resource's ETag.</summary>
    public int Version { get; init; } = 1;

    public ReplyPath PathIn(ThreadHead head) => Path ?? new ReplyPath(ChannelId, ChannelKind, Address, head.OurAddress);
}

internal enum ConversationStatus
{
    Open,

    /// <summary>Waits for something; a new message of the contact opens it again.</summary>
    Pending,

    Resolved,
}
