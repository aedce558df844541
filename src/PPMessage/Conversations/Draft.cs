using PPMessage.Agents;

namespace PPMessage.Conversations;

/// <summary>An agent's message in the making, with every id that a repetition must find again.</summary>
/// <param name="DedupeRow">Of the Idempotency-Key; null when the request has none.</param>
/// <param name="RequestHash">Of the body under that key.</param>
/// <param name="ChannelId">The channel that the caller wants it to go by; null: as the contact's last message came.</param>
internal sealed record Draft(string MessageId, MessageKind Kind, string Text, Caller Caller, string? DedupeRow, string? RequestHash, string? ChannelId, DateTimeOffset At)
{
    /// <summary>Whose message it is; the caller's, unless a flow speaks.</summary>
    public Author Author { get; init; } = new(AuthorType.Agent, Caller.AgentId, Caller.Name);

    /// <summary>Of a conversation that begins with it.</summary>
    public string? Subject { get; init; }

    /// <summary>Sanitised.</summary>
    public string? Html { get; init; }

    /// <summary>Whether the contact's last message is to be quoted below it.</summary>
    public bool Quote { get; init; }

    public IReadOnlyList<DraftFile> Files { get; init; } = [];
}

/// <summary>A file that an agent attaches.</summary>
internal sealed record DraftFile(string Name, string ContentType, byte[] Bytes);
