using PPMessage.Storage;

namespace PPMessage.Conversations.Assigning;

/// <summary>
/// Reads the inbox's marks: <c>h|{agent}|{conversation}</c> (open, and somebody's) and <c>w|{team}|{time}|{conversation}</c> (open, and nobody's yet).
/// Operations: 8, one a shard, for each thousand of them.
/// </summary>
internal sealed class InboxMarks(IStore store)
{
    /// <summary>All open conversations that somebody has.</summary>
    public async Task<HashSet<Held>> HeldAsync(CancellationToken cancellation)
    {
        var shards = await Task.WhenAll(InboxRows.AllShards().Select(shard => store.ReadAllAsync(Tables.Inbox, shard, RowRange.Prefix(InboxRows.HeldPrefix), cancellation)));
        return shards.SelectMany(rows => rows).Select(row => row.Key.Split('|')).Select(key => new Held(key[1], key[2])).ToHashSet();
    }

    /// <summary>How far the inbox has followed a conversation; null: nowhere yet. One operation.</summary>
    public async Task<InboxPointer?> PointerAsync(string conversationId, CancellationToken cancellation)
    {
        var shard = InboxRows.Shard(ThreadKeys.Conversation(conversationId)!.Value.Ulid);
        var row = await store.ReadAsync(Tables.Inbox, shard, InboxRows.Pointer(conversationId), cancellation);
        return row?.As(ConversationsJson.Default.InboxPointer);
    }

    /// <summary>Takes a waiting conversation's mark away, which is in nobody's thread any more.</summary>
    public Task DropAsync(string mark, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Inbox, InboxRows.Shard(ThreadKeys.Conversation(ConversationOf(mark))!.Value.Ulid), [RowWrite.Delete(mark)], cancellation);

    public static string ConversationOf(string mark) => mark[(mark.LastIndexOf('|') + 1)..];

    /// <summary>The marks of the conversations of this scope that have waited longest, oldest first.</summary>
    public async Task<IReadOnlyList<string>> WaitingAsync(string scope, int limit, CancellationToken cancellation)
    {
        var prefix = InboxRows.WaitingPrefix(scope);
        var shards = await Task.WhenAll(InboxRows.AllShards().Select(shard => store.ReadRangeAsync(Tables.Inbox, shard, RowRange.Prefix(prefix), limit, cancellation)));
        return [.. shards.SelectMany(page => page.Rows).Select(row => row.Key).Order(StringComparer.Ordinal).Take(limit)];
    }
}
