using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Reads a conversation's messages from its thread's partition, in the order of their ids. Rows stand newest first.</summary>
internal sealed class MessageList(ThreadStore threads)
{
    private const int RowsAtOnce = 500;

    /// <summary>Newest first, from behind a message (null: from the newest). <c>Next</c> is the id to go on behind, towards older ones.</summary>
    public async Task<Page<StoredMessage>> BeforeAsync(string conversationId, string? messageId, int limit, CancellationToken cancellation)
    {
        if (Range(conversationId) is not { } of) return new Page<StoredMessage>([], null);
        var range = messageId is null ? of.Range : of.Range.Behind(RowOf(of.Ulid, messageId) + "}");
        var found = new List<StoredMessage>();
        await foreach (var message in StreamAsync(of.Thread, range, cancellation))
        {
            if (found.Count == limit) return new Page<StoredMessage>(found, found[^1].Message.Id);
            found.Add(message);
        }

        return new Page<StoredMessage>(found, null);
    }

    /// <summary>Oldest first, what came after a message. <c>Next</c> is the id to go on after, towards newer ones. Reads all of them, keeps one page.</summary>
    public async Task<Page<StoredMessage>> AfterAsync(string conversationId, string messageId, int limit, CancellationToken cancellation)
    {
        if (Range(conversationId) is not { } of) return new Page<StoredMessage>([], null);
        var kept = new Queue<StoredMessage>();
        var dropped = false;
        await foreach (var message in StreamAsync(of.Thread, new RowRange(of.Range.From, RowOf(of.Ulid, messageId)), cancellation))
        {
            kept.Enqueue(message);
            if (kept.Count <= limit) continue;
            kept.Dequeue();
            dropped = true;
        }

        List<StoredMessage> items = [.. kept.Reverse()];
        return new Page<StoredMessage>(items, dropped ? items[^1].Message.Id : null);
    }

    private async IAsyncEnumerable<StoredMessage> StreamAsync(
        string thread, RowRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        List<Row> pending = [];
        for (var more = true; more;)
        {
            var page = await threads.MessageRowsAsync(thread, range, RowsAtOnce, cancellation);
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
            pending.AddRange(page.Rows);
            // The last message's words may go on in the next page.
            var whole = more ? pending.FindLastIndex(row => !ThreadRows.IsEvent(row.Key)) : pending.Count;
            foreach (var message in StoredMessage.Assemble(pending.Take(whole))) yield return message;
            pending.RemoveRange(0, whole);
        }
    }

    private static (string Thread, string Ulid, RowRange Range)? Range(string conversationId) =>
        ThreadKeys.Conversation(conversationId) is { } key ? (key.Thread, key.Ulid, RowRange.Prefix(ThreadRows.MessagesPrefix(key.Ulid))) : null;

    private static string RowOf(string conversationUlid, string messageId) => ThreadRows.Message(conversationUlid, ThreadKeys.Message(messageId)!.Value.Ulid);
}
