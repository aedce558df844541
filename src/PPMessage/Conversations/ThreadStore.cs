using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Reads and writes one thread's partition of the table <c>Threads</c>. Thread-safe.</summary>
internal sealed class ThreadStore(IStore store)
{
    private const int LiveRows = 100;

    /// <summary>The head, or null for a thread that nothing has happened in. One range read: runs that wait here will come with it.</summary>
    public async Task<(ThreadHead Head, string ETag)?> HeadAsync(string thread, CancellationToken cancellation)
    {
        var page = await store.ReadRangeAsync(Tables.Threads, thread, ThreadRows.HeadAndRuns, LiveRows, cancellation);
        return page.Rows.FirstOrDefault(row => row.Key == ThreadRows.Head) is { } row ? (row.As(ConversationsJson.Default.ThreadHead), row.ETag) : null;
    }

    public Task<CommitResult> CommitAsync(string thread, ThreadEdit edit, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Threads, thread, edit.Writes(), cancellation);

    public Task<CommitResult> CommitAsync(string thread, IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Threads, thread, writes, cancellation);

    /// <summary>A resolved conversation; null: there is none, or it is about to be erased.</summary>
    /// <param name="head">The thread's.</param>
    public async Task<(Conversation Conversation, string ETag)?> ClosedAsync(ThreadHead head, string thread, string ulid, CancellationToken cancellation)
    {
        if (head.HasErased(ulid)) return null;
        var row = await store.ReadAsync(Tables.Threads, thread, ThreadRows.Closed(ulid), cancellation);
        return row is null ? null : (row.As(ConversationsJson.Default.Conversation), row.ETag);
    }

    public async Task<Dedupe?> DedupeAsync(string thread, string dedupeRow, CancellationToken cancellation) =>
        (await store.ReadAsync(Tables.Threads, thread, dedupeRow, cancellation))?.As(ConversationsJson.Default.Dedupe);

    public async Task<bool> HasAsync(string thread, string row, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Threads, thread, row, cancellation) is not null;

    /// <summary>A message with all the provider's words about it; null when it is not there.</summary>
    public async Task<StoredMessage?> MessageAsync(string conversationId, string messageId, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(conversationId) is not { } conversation || ThreadKeys.Message(messageId) is not { } message || message.Thread != conversation.Thread) return null;
        var range = ThreadRows.MessageAndEvents(ThreadRows.Message(conversation.Ulid, message.Ulid));
        var page = await store.ReadRangeAsync(Tables.Threads, conversation.Thread, range, StoredMessage.MostRows, cancellation);
        return StoredMessage.Assemble(page.Rows).FirstOrDefault();
    }

    /// <summary>A stretch of a conversation's rows, newest message first.</summary>
    public Task<RowPage> MessageRowsAsync(string thread, RowRange range, int limit, CancellationToken cancellation) =>
        store.ReadRangeAsync(Tables.Threads, thread, range, limit, cancellation);
}

/// <summary>A message's row and the provider's words that follow it.</summary>
internal sealed record StoredMessage(Message Message, string Row, string ETag, IReadOnlyList<DeliveryEvent> Events)
{
    /// <summary>More words than a provider ever says of one message; it bounds what a confused one can make us read.</summary>
    public const int MostRows = 200;

    /// <summary>Rows in key order: each message's own row, then its events.</summary>
    public static IEnumerable<StoredMessage> Assemble(IEnumerable<Row> rows)
    {
        Row? head = null;
        List<DeliveryEvent> events = [];
        foreach (var row in rows)
        {
            var isEvent = ThreadRows.IsEvent(row.Key);
            // Providers go on telling of a message that was erased.
            if (isEvent && head is not null && row.Key.StartsWith(head.Key, StringComparison.Ordinal)) events.Add(row.As(ConversationsJson.Default.DeliveryEvent));
            else if (!isEvent)
            {
                if (head is not null) yield return Of(head, events);
                (head, events) = (row, []);
            }
        }

        if (head is not null) yield return Of(head, events);
    }

    private static StoredMessage Of(Row row, IReadOnlyList<DeliveryEvent> events) =>
        new(row.As(ConversationsJson.Default.Message), row.Key, row.ETag, events);
}
