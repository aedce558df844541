namespace PPMessage.Conversations;

/// <summary>
/// What tells one of our messages again in the answer to it: <c>{conversation ULID}.{message ULID}{thread}</c>, the local part of its Message-Id. Whoever
/// answers sends it back in In-Reply-To and References, so that no index of Message-Ids is needed.
/// </summary>
internal static class References
{
    public static string Of(string conversationId, string messageId) => $"{ThreadKeys.Conversation(conversationId)!.Value.Ulid}.{messageId[ThreadKeys.MessagePrefix.Length..]}";

    /// <summary>Null: not one of ours. Some hosts change the case.</summary>
    public static (string Thread, string ConversationId, string MessageId)? Read(string providerId)
    {
        var local = providerId.Split('@')[0].ToUpperInvariant();
        if (local.Length != Ids.UlidLength + 1 + Ids.UlidLength + Ids.ThreadLength || local[Ids.UlidLength] != '.') return null;
        var thread = local[^Ids.ThreadLength..];
        var (conversation, message) = (ThreadKeys.ConversationPrefix + local[..Ids.UlidLength] + thread, ThreadKeys.MessagePrefix + local[(Ids.UlidLength + 1)..]);
        return ThreadKeys.Conversation(conversation) is not null && ThreadKeys.Message(message) is not null ? (thread, conversation, message) : null;
    }
}
