using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Reads and writes one thread's partition of the table <c>Threads</c>. Thread-safe.</summary>
internal sealed class ThreadStore(IStore store)
{
    private const int LiveRows = 100;

    /// <summary>The head, or null for a thread that nothing has happened in.</summary>
    public async Task<(ThreadHead Head, string ETag)?> HeadAsync(string thread, CancellationToken cancellation) =>
        (await StateAsync(thread, cancellation)).Found;

    /// <summary>The head and the runs that are under way here. One range read.</summary>
    public async Task<StoredThread> StateAsync(string thread, CancellationToken cancellation)
    {
        var page = await store.ReadRangeAsync(Tables.Threads, thread, ThreadRows.HeadAndRuns, LiveRows, cancellation);
        var head = page.Rows.FirstOrDefault(row => row.Key == ThreadRows.Head);
        return new StoredThread(thread, head?.As(ConversationsJson.Default.ThreadHead), head?.ETag, [.. page.Rows.Where(row => row.Key.StartsWith(ThreadRows.RunPrefix, StringComparison.Ordinal))]);
    }

    /// <summary>Rows of the thread that others keep there.</summary>
    public Task<Row?> RowAsync(string thread, string row, CancellationToken cancellation) => store.ReadAsync(Tables.Threads, thread, row, cancellation);

    public Task<RowPage> RowsAsync(string thread, RowRange range, int limit, CancellationToken cancellation) => store.ReadRangeAsync(Tables.Threads, thread, range, limit, cancellation);

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

/// <summary>What a change of a thread is decided on.</summary>
/// <param name="Key">The thread's.</param>
/// <param name="Head">Null: nothing has happened here.</param>
/// <param name="ETag">The head's.</param>
/// <param name="Runs">Rows <c>0r|…</c> as they lie there; what is in them is for who runs flows.</param>
internal sealed record StoredThread(string Key, ThreadHead? Head, string? ETag, IReadOnlyList<Row> Runs)
{
    public (ThreadHead Head, string ETag)? Found => Head is { } head && ETag is { } etag ? (head, etag) : null;
}

/// <summary>
/// Tells the runs that wait in a conversation, in the very edit by which an agent (or who else) acts there, that their waiting is over. Registered by whoever runs flows.
/// </summary>
/// <param name="conversationId">Null: in any of the thread's.</param>
/// <param name="reason">Why, in a word of the API: <c>taken_over</c>, <c>opted_out</c>.</param>
/// <returns>Whether runs were told, and are to be woken (<see cref="WakeRuns"/>) behind the commit.</returns>
internal delegate bool OvertakeRuns(ThreadEdit edit, StoredThread thread, string? conversationId, string reason);

/// <summary>Wakes the runs of a thread that were told something. Idempotent; at least once behind the commit. Registered by whoever runs flows.</summary>
internal delegate Task WakeRuns(string thread, CancellationToken cancellation);

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
