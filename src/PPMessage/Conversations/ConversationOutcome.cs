namespace PPMessage.Conversations;

/// <summary>What became of a request that changes a conversation.</summary>
internal abstract record ConversationOutcome
{
    private ConversationOutcome() { }

    /// <param name="Repeated">The same request came before; nothing was done again.</param>
    internal sealed record Said(StoredMessage Message, bool Repeated) : ConversationOutcome;

    /// <param name="Before">As it was; the same when there was nothing to change.</param>
    internal sealed record Changed(Conversation Conversation, Conversation Before) : ConversationOutcome;

    internal sealed record NotFound : ConversationOutcome;

    /// <summary>The resource has another version than the caller named.</summary>
    internal sealed record Stale : ConversationOutcome;

    /// <summary>It can't be done as things stand; says why.</summary>
    internal sealed record Refused(string Why) : ConversationOutcome;

    /// <summary>The request itself can't be expressed on this channel.</summary>
    internal sealed record Invalid(string Field, string Message) : ConversationOutcome;

    /// <summary>The same Idempotency-Key came with another body.</summary>
    internal sealed record OtherBody : ConversationOutcome;
}
