using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>What an inbound message does to its thread. Pure.</summary>
internal static class Receiving
{
    private const int LastWordsLength = 120;

    /// <param name="closed">The resolved conversation that it answers; null: it answers none, or an open one.</param>
    /// <param name="sender">Used for a thread that begins with this message; a known thread keeps its contact.</param>
    /// <returns>The edit, to which its dedupe row is still to be added, and the conversation as it was before (null: it opens) and after.</returns>
    public static (ThreadEdit Edit, Conversation? Before, Conversation After) Decide(ThreadHead? head, string? etag, ClosedConversation? closed, Received received, Sender sender)
    {
        var edit = new ThreadEdit(Seen(head?.Or(NewHead(received, sender)) ?? NewHead(received, sender), received), etag);
        var before = closed?.Conversation ?? Answered(edit.Head, received);
        var conversation = before ?? Opened(edit.Head, received);
        // An automatic answer wakes nobody who thought that this was done.
        var stays = closed is not null && received.IsAutomatic;
        var after = conversation with
        {
            Status = stays ? conversation.Status : ConversationStatus.Open,
            LastActivityAt = received.At,
            LastWords = Beginning(received),
            MessageCount = conversation.MessageCount + 1,
            Path = PathOf(edit.Head, conversation, received),
        };

        edit.Insert(MessageOf(received, after));
        Answer(edit, received, after.Id);
        Consent(edit, received, after.Id);
        if (before?.Status != after.Status) edit.Note(ChangeType.Conversation, after.Id, null);
        edit.Note(ChangeType.Message, after.Id, received.MessageId);
        if (stays) edit.Close(after);
        else if (closed is not null) edit.Reopen(after, closed.ETag);
        else edit.Keep(after);
        return (edit, before, edit.Head.Find(after.Id) ?? after with { Sequence = edit.Head.Sequence });
    }

    /// <summary>The beginning of a text, as lists show it.</summary>
    public static string Beginning(string text) => Texts.Beginning(text, LastWordsLength);

    private static string Beginning(Received received) =>
        Beginning(received.Content.Text.Length > 0 ? received.Content.Text : received.Subject ?? string.Empty);

    private static Conversation? Answered(ThreadHead head, Received received) =>
        received.Answers.Select(head.Find).FirstOrDefault(open => open is not null) ?? OfSubject(head, received) ?? head.LastActive;

    // Phones and some web mail answer without naming what they answer.
    private static Conversation? OfSubject(ThreadHead head, Received received) =>
        Subjects.Bare(received.Subject) is { } subject
            ? head.Open.Where(open => subject.Equals(open.Subject, StringComparison.OrdinalIgnoreCase)).MaxBy(open => open.LastActivityAt)
            : null;

    private static ReplyPath? PathOf(ThreadHead head, Conversation conversation, Received received)
    {
        if (received.IsPlain && received.ChannelId == head.ChannelId) return null;
        // "Out of office: …" is no subject that anybody wants to go on under.
        return received.IsAutomatic ? received.Path with { Subject = conversation.Path?.Subject ?? conversation.Subject } : received.Path;
    }

    private static ThreadHead NewHead(Received received, Sender sender) => new()
    {
        ChannelId = received.ChannelId,
        Address = received.Address.Value,
        ContactId = sender.ContactId,
        ContactName = sender.Name,
        AllowsSeveralOpen = received.AllowsSeveralOpen,
    };

    private static ThreadHead Seen(ThreadHead head, Received received) => head with
    {
        OurAddress = received.ChannelId == head.ChannelId ? received.OurAddress : head.OurAddress,
        LastInboundAt = received.At,
    };

    private static Conversation Opened(ThreadHead head, Received received) => new()
    {
        Id = head.Campaign?.Begun(received.At) is { } begun ? ThreadKeys.ConversationPrefix + begun + received.Thread : received.NewConversationId,
        ChannelId = received.ChannelId,
        ChannelKind = received.ChannelKind,
        Address = received.Address.Value,
        ContactId = head.ContactId,
        ContactName = head.ContactName,
        Subject = Subjects.Bare(received.Subject),
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
        Subject = received.Subject,
        Text = received.Content.Text,
        FullText = received.Content.FullText,
        Html = received.Content.Html,
        Content = received.ContentBlob,
        RawBlob = received.RawBlob,
        Mail = received.Mail,
        Attachments = received.Attachments,
        ProviderId = received.ProviderId,
        OurAddress = received.OurAddress,
        CreatedAt = received.At,
        Raw = received.Raw,
    };

    // What a campaign said last is answered by what comes first after it, and lies in the conversation that this opens. A machine's answer is none.
    private static void Answer(ThreadEdit edit, Received received, string conversationId)
    {
        if (edit.Head.Campaign is not { } last) return;
        var after = last with
        {
            Conversation = last.Conversation is { } begun && ThreadKeys.Conversation(conversationId)!.Value.Ulid == begun ? null : last.Conversation,
            AnsweredBy = last.AwaitsAnswer(received.At) && !received.IsAutomatic ? received.MessageId : last.AnsweredBy,
        };
        if (after != last) edit.Change(head => head with { Campaign = after });
    }

    // YES lifts a stop, and is an ordinary word to everybody else; so START and HELP of somebody who never stopped change nothing either.
    private static void Consent(ThreadEdit edit, Received received, string conversationId)
    {
        var consent = edit.Head.Consent ?? Suppressions.Consent.Unspoken;
        if (received.Word is not (OptOutWord.Stop or OptOutWord.Start)) return;
        var change = new ConsentChange(received.Word == OptOutWord.Stop, ConsentChange.Word, received.Content.Text.Trim(), received.MessageId, received.At);
        if (consent.Knows(change)) return;
        edit.Change(head => head with { Consent = consent.After(change) });
        edit.Note(ChangeType.Conversation, conversationId, null);
    }
}
