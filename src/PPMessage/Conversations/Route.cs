namespace PPMessage.Conversations;

/// <summary>How an answer finds its way to the contact: what the last inbound message came by. In the conversation, so that answering reads nothing more.</summary>
/// <param name="Address">The contact's, canonical: whose thread it is.</param>
/// <param name="OurAddress">Our number or address that was written to; null: nothing was received yet.</param>
internal sealed record ReplyPath(string ChannelId, string ChannelKind, string Address, string? OurAddress)
{
    /// <summary>Where the contact wants answers (Reply-To), when that is not <see cref="Address"/>.</summary>
    public string? AnswerTo { get; init; }

    /// <summary>The provider's ids of the messages so far that an answer has to name (Message-Ids), oldest first; empty where a channel has no such thing.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Of the contact's last message, without Re: and its like: mail programs file an answer under the subject of what it answers. Null: the conversation's.</summary>
    public string? Subject { get; init; }
}

/// <summary>How an outbound message travels, decided once when it is written: nothing that changes later sends it elsewhere.</summary>
/// <param name="To">Where it goes.</param>
/// <param name="Address">The contact's address whose thread it belongs to: usually the same.</param>
/// <param name="From">Our number or address; null: the channel's own.</param>
/// <param name="SenderName">The name that the contact sees; null: the channel's own.</param>
/// <param name="AnswerTo">Where answers are to go, when not to <paramref name="From"/>.</param>
internal sealed record Route(
    string ChannelId, string ChannelKind, string To, string Address, string? From, string? SenderName, string? AnswerTo, RouteReason Because, SenderRule Sender)
{
    /// <summary>See <see cref="ReplyPath.References"/>.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>Why a message goes by its channel.</summary>
internal enum RouteReason
{
    /// <summary>The contact's last message came by it.</summary>
    Origin,

    /// <summary>Who wrote it has said so.</summary>
    Requested,

    /// <summary>The contact is off-line, and the off-line rules prefer it.</summary>
    Offline,
}

/// <summary>Whose address and name a message bears.</summary>
internal enum SenderRule
{
    /// <summary>The channel's, or the one that the contact wrote to.</summary>
    Channel,

    /// <summary>The team's, by the off-line rules.</summary>
    Team,

    /// <summary>The agent's own, by the off-line rules.</summary>
    Agent,
}
