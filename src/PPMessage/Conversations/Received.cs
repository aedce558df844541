using PPMessage.Contacts;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>An inbound message in the thread's terms, with every id that a repetition must find again.</summary>
internal sealed record Received
{
    public required string Thread { get; init; }

    public required string ChannelId { get; init; }

    public required string ChannelKind { get; init; }

    /// <summary>The sender's.</summary>
    public required Address Address { get; init; }

    /// <summary>See <see cref="ThreadHead.AllowsSeveralOpen"/>.</summary>
    public bool AllowsSeveralOpen { get; init; }

    /// <summary>As the sender calls itself; a new contact gets it.</summary>
    public string? SenderName { get; init; }

    public required string OurAddress { get; init; }

    public required string ProviderId { get; init; }

    /// <summary>Of the message, and of the conversation if it opens one.</summary>
    public required string Ulid { get; init; }

    public string? Subject { get; init; }

    public required MessageContent Content { get; init; }

    /// <summary>Where the whole content lies, when <see cref="Content"/> is the beginning of it.</summary>
    public string? ContentBlob { get; init; }

    /// <summary>The text that <see cref="Content"/> has the beginning of; null: it has all.</summary>
    public string? WholeText { get; init; }

    public string? RawBlob { get; init; }

    public required IReadOnlyList<Attachment> Attachments { get; init; }

    public MailHead? Mail { get; init; }

    public OptOutWord? Word { get; init; }

    /// <summary>Conversations of this thread that it says it answers, the likeliest first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>What an answer to it has to name.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>See <see cref="ReplyPath.AnswerTo"/>.</summary>
    public string? AnswerTo { get; init; }

    public required IReadOnlyDictionary<string, string> Raw { get; init; }

    public required DateTimeOffset At { get; init; }

    public string MessageId => ThreadKeys.MessagePrefix + Ulid + Thread;

    public string NewConversationId => ThreadKeys.ConversationPrefix + Ulid + Thread;

    public string DedupeRow => ThreadRows.Dedupe("provider", ProviderId);

    public bool IsAutomatic => Mail?.AutomaticBecause is not null;

    /// <summary>Whether answers go as the thread itself says, so that there is nothing to remember.</summary>
    public bool IsPlain => AnswerTo is null && References.Count == 0 && !AllowsSeveralOpen;

    public ReplyPath Path => new(ChannelId, ChannelKind, Address.Value, OurAddress) { AnswerTo = AnswerTo, References = References, Subject = Subjects.Bare(Subject) };
}

/// <summary>Whose address it is.</summary>
/// <param name="Contact">As it is stored; null: it is just being made, or was not asked for.</param>
internal sealed record Sender(string ContactId, string? Name, Contact? Contact = null);

/// <summary>A resolved conversation and its row's ETag.</summary>
internal sealed record ClosedConversation(Conversation Conversation, string ETag);
