using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>
/// One commit in a thread's partition in the making: the head as it will be, and the rows beside it. Pure: nothing is written until
/// <see cref="ThreadStore"/> commits it. Not thread-safe.
/// </summary>
internal sealed class ThreadEdit(ThreadHead head, string? etag)
{
    private readonly List<RowWrite> _dedupes = [];
    private readonly List<RowWrite> _rows = [];

    private readonly ThreadHead _before = head;

    public ThreadHead Head { get; private set; } = head;

    public bool IsHeadChanged => !ReferenceEquals(Head, _before);

    public void Change(Func<ThreadHead, ThreadHead> change) => Head = change(Head);

    /// <summary>Counts a change and remembers it for the feed.</summary>
    public void Note(ChangeType type, string conversationId, string? id)
    {
        var sequence = Head.Sequence + 1;
        var changes = Head.Changes.TakeLast(ThreadHead.RememberedChanges - 1).Append(new Change(sequence, type, conversationId, id));
        Head = Head with { Sequence = sequence, Changes = [.. changes] };
    }

    /// <summary>Puts a conversation into the head, in the place of its former self, stamped with the sequence reached.</summary>
    public void Keep(Conversation conversation)
    {
        var stamped = conversation with { Sequence = Head.Sequence };
        Head = Head with { Open = [.. Head.Open.Where(other => other.Id != conversation.Id), stamped] };
    }

    /// <summary>Counts on without a change to tell of: who follows an earlier state of the conversation late then finds that the inbox is further.</summary>
    public void Touch(Conversation open)
    {
        Head = Head with { Sequence = Head.Sequence + 1 };
        Keep(open);
    }

    /// <summary>Moves a resolved conversation from the head to its own row.</summary>
    public void Close(Conversation conversation)
    {
        var stamped = conversation with { Sequence = Head.Sequence };
        Head = Head with { Open = [.. Head.Open.Where(other => other.Id != conversation.Id)] };
        var row = ThreadRows.Closed(ThreadKeys.Conversation(conversation.Id)!.Value.Ulid);
        Write(RowWrite.Put(row, stamped, ConversationsJson.Default.Conversation));
    }

    /// <summary>Moves it back.</summary>
    public void Reopen(Conversation conversation, string etag)
    {
        _rows.Add(RowWrite.Delete(ThreadRows.Closed(ThreadKeys.Conversation(conversation.Id)!.Value.Ulid), etag));
        Keep(conversation);
    }

    public void Insert(Message message) => _rows.Add(RowWrite.Insert(RowOf(message.Id, message.ConversationId), message, ConversationsJson.Default.Message));

    public void Replace(Message message, string rowEtag) =>
        _rows.Add(RowWrite.Replace(RowOf(message.Id, message.ConversationId), rowEtag, message, ConversationsJson.Default.Message));

    /// <summary>A row of the thread, also one that others keep there. One that this very edit has deleted is replaced instead: a transaction writes each row once.</summary>
    public void Write(RowWrite write)
    {
        var deleted = _rows.FindIndex(earlier => earlier.Key == write.Key && earlier.Kind == WriteKind.Delete);
        if (deleted < 0) _rows.Add(write);
        else _rows[deleted] = write with { Kind = WriteKind.Replace, ETag = _rows[deleted].ETag };
    }

    public void Insert(string row, DeliveryEvent word) => _rows.Add(RowWrite.Insert(row, word, ConversationsJson.Default.DeliveryEvent));

    /// <summary>Says whose a provider's id is, whoever said so before.</summary>
    public void Own(string dedupeRow, Dedupe dedupe) => _rows.Add(RowWrite.Put(dedupeRow, dedupe, ConversationsJson.Default.Dedupe));

    public void Claim(string dedupeRow, Dedupe dedupe) => _dedupes.Add(RowWrite.Insert(dedupeRow, dedupe, ConversationsJson.Default.Dedupe));

    /// <summary>Dedupe rows come first: a refusal then names the duplicate, not the head that the first delivery has moved on.</summary>
    public IReadOnlyList<RowWrite> Writes() => [.. _dedupes, .. HeadWrite(), .. _rows];

    /// <summary>Where a message stands among the writes, and its new ETag among the commit's.</summary>
    public int IndexOf(Message message) => _dedupes.Count + (IsHeadChanged ? 1 : 0) + _rows.FindIndex(write => write.Key == RowOf(message.Id, message.ConversationId));

    // A head that nothing was changed in judges nothing: the rows beside it have ETags of their own.
    private RowWrite[] HeadWrite() => !IsHeadChanged ? []
        : [etag is null ? RowWrite.Insert(ThreadRows.Head, Head, ConversationsJson.Default.ThreadHead) : RowWrite.Replace(ThreadRows.Head, etag, Head, ConversationsJson.Default.ThreadHead)];

    private static string RowOf(string messageId, string conversationId) =>
        ThreadRows.Message(ThreadKeys.Conversation(conversationId)!.Value.Ulid, ThreadKeys.Message(messageId)!.Value.Ulid);
}
