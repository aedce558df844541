using System.Globalization;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Row <c>p|{cv}</c>: how far the inbox has followed a conversation, and where its ordered rows stand.</summary>
/// <param name="Mark">The key of the row that says who has it, or since when it waits; null: none.</param>
internal sealed record InboxPointer(long Sequence, long At, ConversationStatus Status, string? Assignee, string? Mark = null);

/// <summary>Rows <c>h|…</c> and <c>w|…</c>: all that they say stands in their keys.</summary>
internal sealed record InboxMark;

/// <summary>Row <c>e|{time}|…</c>: one change, in the order in which the inbox learnt of it.</summary>
internal sealed record FeedRow(ChangeType Type, string? ConversationId, string? Id, DateTimeOffset At);

/// <summary>
/// What the inbox holds of a conversation. Pure. Two ordered rows: by status, and by assignee and status; "all" is a merge of the three statuses. While it is
/// open, one mark besides: who has it, or since when it waits for somebody.
/// The time in a key is the time of the inbox write, newest first, so that work which was recovered late appears on top.
/// </summary>
internal static class InboxRows
{
    public const int Shards = 8;
    private const long LastMillisecond = 9_999_999_999_999;

    public static string Shard(string conversationUlid) => ShardName(Ids.Digit(conversationUlid[^1]) % Shards);

    public static IEnumerable<string> AllShards() => Enumerable.Range(0, Shards).Select(ShardName);

    public static string Pointer(string conversationId) => "p|" + conversationId;

    public static string ByStatus(ConversationStatus status) => $"o|s|{Word(status)}|";

    public static string ByAssignee(string? assignee, ConversationStatus status) => $"o|a|{assignee ?? "-"}|{Word(status)}|";

    public const string HeldPrefix = "h|";

    /// <param name="scope">A team, or <c>-</c>.</param>
    public static string WaitingPrefix(string scope) => $"w|{scope}|";

    /// <summary>The part of an ordered row's key that orders: inverse time, then conversation.</summary>
    public static string Position(long at, string conversationId) => $"{(LastMillisecond - at).ToString("D13", CultureInfo.InvariantCulture)}|{conversationId}";

    public static string FeedKey(long at, string tail) => $"{FeedFrom(at)}|{tail}";

    /// <summary>When the row was written, in ms since 1970; null: the key is none of the feed's.</summary>
    public static long? FeedTime(string key) =>
        key.StartsWith("e|", StringComparison.Ordinal) && key.Length >= 15 && long.TryParse(key.AsSpan(2, 13), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : null;

    public static string FeedFrom(long at) => "e|" + Math.Clamp(at, 0, LastMillisecond).ToString("D13", CultureInfo.InvariantCulture);

    /// <summary>The transaction that brings the inbox to this state of the conversation; null when it is there already or further.</summary>
    public static IReadOnlyList<RowWrite>? Follow(Conversation now, IReadOnlyList<Change> changes, InboxPointer? known, string? etag, DateTimeOffset at)
    {
        if (known is not null && known.Sequence >= now.Sequence) return null;
        var pointer = new InboxPointer(now.Sequence, at.ToUnixTimeMilliseconds(), now.Status, now.Assignee, Mark(now, known));
        return
        [
            known is null
                ? RowWrite.Insert(Pointer(now.Id), pointer, ConversationsJson.Default.InboxPointer)
                : RowWrite.Replace(Pointer(now.Id), etag!, pointer, ConversationsJson.Default.InboxPointer),
            .. Keys(pointer, now.Id).Select(key => RowWrite.Put(key, now with { Path = null }, ConversationsJson.Default.Conversation)),
            .. Keys(known, now.Id).Except(Keys(pointer, now.Id)).Select(key => RowWrite.Delete(key)),
            .. Marked(known?.Mark, pointer.Mark),
            .. Unseen(now, changes, known).Select(change => Feed(change, at)),
        ];
    }

    /// <summary>The transaction that takes it out.</summary>
    public static IReadOnlyList<RowWrite> Remove(string conversationId, InboxPointer known, string etag, DateTimeOffset at) =>
    [
        RowWrite.Delete(Pointer(conversationId), etag),
        .. Keys(known, conversationId).Select(key => RowWrite.Delete(key)),
        .. Marked(known.Mark, null),
        Feed(new Change(known.Sequence + 1, ChangeType.Conversation, conversationId, null), at),
    ];

    private static RowWrite[] Marked(string? before, string? now) => before == now
        ? []
        : [
            .. before is null ? Array.Empty<RowWrite>() : [RowWrite.Delete(before)],
            .. now is null ? Array.Empty<RowWrite>() : [RowWrite.Put(now, new InboxMark(), ConversationsJson.Default.InboxMark)],
        ];

    // Who waits keeps his place, whatever else is said meanwhile.
    private static string? Mark(Conversation now, InboxPointer? known)
    {
        if (now.Status != ConversationStatus.Open) return null;
        if (now.Assignee is { } agent) return $"{HeldPrefix}{agent}|{now.Id}";
        // Its turn comes when the flow lets go of it.
        if (now.HeldBy is not null) return null;
        var prefix = WaitingPrefix(now.Team ?? "-");
        return known?.Mark?.StartsWith(prefix, StringComparison.Ordinal) == true
            ? known.Mark
            : $"{prefix}{now.LastActivityAt.ToUnixTimeMilliseconds().ToString("D13", CultureInfo.InvariantCulture)}|{now.Id}";
    }

    // A head remembers its last changes only; when more were made, one "conversation" says: read it again.
    private static IEnumerable<Change> Unseen(Conversation now, IReadOnlyList<Change> changes, InboxPointer? known)
    {
        var from = known?.Sequence ?? 0;
        var unseen = changes.Where(change => change.ConversationId == now.Id && change.Sequence > from && change.Sequence <= now.Sequence);
        var forgotten = changes.Count == ThreadHead.RememberedChanges && changes[0].Sequence > from + 1;
        return forgotten ? unseen.Prepend(new Change(from, ChangeType.Conversation, now.Id, null)) : unseen;
    }

    private static RowWrite Feed(Change change, DateTimeOffset at)
    {
        var conversation = ThreadKeys.Conversation(change.ConversationId)!.Value.Ulid;
        var key = FeedKey(at.ToUnixTimeMilliseconds(), $"{conversation}|{change.Sequence.ToString("D10", CultureInfo.InvariantCulture)}");
        return RowWrite.Put(key, new FeedRow(change.Type, change.ConversationId, change.Id, at), ConversationsJson.Default.FeedRow);
    }

    private static string[] Keys(InboxPointer? pointer, string conversationId)
    {
        if (pointer is null) return [];
        var position = Position(pointer.At, conversationId);
        return [ByStatus(pointer.Status) + position, ByAssignee(pointer.Assignee, pointer.Status) + position];
    }

    private static string Word(ConversationStatus status) => status switch
    {
        ConversationStatus.Open => "open",
        ConversationStatus.Pending => "pending",
        _ => "resolved",
    };

    private static string ShardName(int number) => number.ToString(CultureInfo.InvariantCulture);
}
