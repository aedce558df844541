using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>An inbound message in the thread's terms, with every id that a repetition must find again.</summary>
internal sealed record Received
{
    public required string Thread { get; init; }

    public required string ChannelId { get; init; }

    public required string ChannelKind { get; init; }

    public required string Address { get; init; }

    public required string OurAddress { get; init; }

    public required string ProviderId { get; init; }

    /// <summary>Of the message, and of the conversation if it opens one.</summary>
    public required string Ulid { get; init; }

    public required string Text { get; init; }

    public required IReadOnlyList<Attachment> Attachments { get; init; }

    public OptOutWord? Word { get; init; }

    public required IReadOnlyDictionary<string, string> Raw { get; init; }

    public required DateTimeOffset At { get; init; }

    public string MessageId => ThreadKeys.MessagePrefix + Ulid + Thread;

    public string NewConversationId => ThreadKeys.ConversationPrefix + Ulid + Thread;

    public string DedupeRow => ThreadRows.Dedupe("provider", ProviderId);
}

/// <summary>Whose address it is.</summary>
internal sealed record Sender(string ContactId, string? Name);

/// <summary>What an inbound message does to its thread. Pure.</summary>
internal static class Receiving
{
    private const int LastWordsLength = 120;

    /// <param name="sender">Used for a thread that begins with this message; a known thread keeps its contact.</param>
    /// <param name="assignee">From the conversation's own assignee and the thread's last agent to who sees the message (<see cref="Routing"/>).</param>
    public static ThreadEdit Decide(ThreadHead? head, string? etag, Received received, Sender sender, Func<string?, string?, string?> assignee)
    {
        var edit = new ThreadEdit(Seen(head ?? NewHead(received, sender), received), etag);
        var before = edit.Head.Open.Count > 0 ? edit.Head.Open[0] : null;
        var conversation = before ?? Opened(edit.Head, received);
        var after = conversation with
        {
            Status = ConversationStatus.Open,
            Assignee = assignee(conversation.Assignee, edit.Head.LastAgent),
            LastActivityAt = received.At,
            LastWords = Beginning(received.Text),
            MessageCount = conversation.MessageCount + 1,
        };

        edit.Claim(received.DedupeRow, new Dedupe(after.Id, received.MessageId));
        edit.Insert(MessageOf(received, after));
        Consent(edit, received, after.Id);
        if (before?.Status != after.Status) edit.Note(ChangeType.Conversation, after.Id, null);
        if (before?.Assignee != after.Assignee) edit.Note(ChangeType.Assignment, after.Id, after.Assignee);
        edit.Note(ChangeType.Message, after.Id, received.MessageId);
        edit.Keep(after);
        return edit;
    }

    /// <summary>The beginning of a text, not cut inside a character.</summary>
    public static string Beginning(string text)
    {
        if (text.Length <= LastWordsLength) return text;
        var end = char.IsHighSurrogate(text[LastWordsLength - 1]) ? LastWordsLength - 1 : LastWordsLength;
        return text[..end] + "…";
    }

    private static ThreadHead NewHead(Received received, Sender sender) =>
        new() { ChannelId = received.ChannelId, Address = received.Address, ContactId = sender.ContactId, ContactName = sender.Name };

    private static ThreadHead Seen(ThreadHead head, Received received) => head with
    {
        OurAddress = received.OurAddress,
        LastInboundAt = received.At,
    };

    private static Conversation Opened(ThreadHead head, Received received) => new()
    {
        Id = received.NewConversationId,
        ChannelId = received.ChannelId,
        ChannelKind = received.ChannelKind,
        Address = received.Address,
        ContactId = head.ContactId,
        ContactName = head.ContactName,
        CreatedAt = received.At,
        LastActivityAt = received.At,
    };

    private static Message MessageOf(Received received, Conversation conversation) => new()
    {
        Id = received.MessageId,
        ConversationId = conversation.Id,
        Direction = Direction.Inbound,
        Kind = MessageKind.Reply,
        ChannelId = received.ChannelId,
        ChannelKind = received.ChannelKind,
        Author = new Author(AuthorType.Contact, conversation.ContactId, conversation.ContactName),
        Text = received.Text,
        Attachments = received.Attachments,
        ProviderId = received.ProviderId,
        OurAddress = received.OurAddress,
        CreatedAt = received.At,
        Raw = received.Raw,
    };

    // YES lifts a stop, and is an ordinary word to everybody else; so START and HELP of somebody who never stopped change nothing either.
    private static void Consent(ThreadEdit edit, Received received, string conversationId)
    {
        var consent = edit.Head.Consent ?? Suppressions.Consent.Unspoken;
        var stops = received.Word == OptOutWord.Stop && !consent.Stopped;
        var lifts = received.Word == OptOutWord.Start && consent.Stopped;
        if (!stops && !lifts) return;
        var change = new ConsentChange(stops, "word", received.Text.Trim(), received.MessageId, received.At);
        edit.Change(head => head with { Consent = consent.After(change) });
        edit.Note(ChangeType.Conversation, conversationId, null);
    }
}
