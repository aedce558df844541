using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>
/// Where a reader of the feed stands: a time, and which rows around it were seen, because rows of the same moment appear in any order. Opaque to clients.
/// </summary>
internal sealed record FeedCursor(long At, IReadOnlyList<string> Seen)
{
    /// <summary>How much later than its key's time a row may appear: clocks of instances differ, and a write takes a while.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    /// <summary>Keeps the cursor short enough for a URL. On a feed that is busier than this within <see cref="Overlap"/>, the overlap shrinks to what fits.</summary>
    private const int MostSeen = 500;

    private const int HashLength = 8;

    /// <summary>Where to look from.</summary>
    public long From => Seen.Count == MostSeen ? At : At - (long)Overlap.TotalMilliseconds;

    public static FeedCursor Now(DateTimeOffset now) => new(now.ToUnixTimeMilliseconds(), []);

    public bool HasSeen(string rowKey) => Seen.Contains(Short(rowKey), StringComparer.Ordinal);

    /// <summary>The cursor behind these rows, which come in order of time.</summary>
    public FeedCursor Behind(IReadOnlyList<Row> rows, IEnumerable<Row> seenBefore)
    {
        if (rows.Count == 0) return this;
        var at = Math.Max(At, TimeOf(rows[^1].Key));
        var from = at - (long)Overlap.TotalMilliseconds;
        var seen = seenBefore.Concat(rows).Where(row => TimeOf(row.Key) >= from).OrderByDescending(row => row.Key, StringComparer.Ordinal);
        return new FeedCursor(at, [.. seen.Select(row => Short(row.Key)).Distinct().Take(MostSeen)]);
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{At.ToString(CultureInfo.InvariantCulture)}.{string.Concat(Seen)}"));

    /// <summary>Null when the text is no cursor of ours.</summary>
    public static FeedCursor? Parse(string text)
    {
        if (!Base64Url.IsValid(text)) return null;
        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var at) && at >= 0 && parts[1].Length % HashLength == 0 && Ids.IsBase32(parts[1])
            ? new FeedCursor(at, [.. parts[1].Chunk(HashLength).Take(MostSeen).Select(chunk => new string(chunk))])
            : null;
    }

    public static long TimeOf(string rowKey) => long.Parse(rowKey.AsSpan(2, 13), CultureInfo.InvariantCulture);

    private static string Short(string rowKey) => Ids.Hash(rowKey)[..HashLength];
}

/// <summary>
/// What changed since a cursor, oldest first. Every change that the inbox has heard of comes at least once; a repetition is possible and harmless:
/// a change says what to read again, not what it is now. Operations: one range read a shard. Thread-safe.
/// </summary>
internal sealed class ChangeFeed(IStore store)
{
    public const int MostChanges = 200;

    public async Task<(IReadOnlyList<FeedRow> Changes, FeedCursor Next)> ReadAsync(FeedCursor cursor, CancellationToken cancellation)
    {
        var range = new RowRange(InboxRows.FeedFrom(cursor.From), "e}");
        var pages = await Task.WhenAll(InboxRows.AllShards().Select(shard => ShardAsync(shard, range, cursor, cancellation)));
        var (fresh, old) = (pages.SelectMany(page => page.Fresh), pages.SelectMany(page => page.Old));
        var taken = fresh.OrderBy(row => row.Key, StringComparer.Ordinal).Take(MostChanges).ToList();
        return ([.. taken.Select(row => row.As(ConversationsJson.Default.FeedRow))], cursor.Behind(taken, old));
    }

    // Rows that were seen before may fill a page: read on until there are enough new ones or the shard ends.
    private async Task<(List<Row> Fresh, List<Row> Old)> ShardAsync(string shard, RowRange range, FeedCursor cursor, CancellationToken cancellation)
    {
        List<Row> fresh = [], old = [];
        for (var more = true; more && fresh.Count < MostChanges;)
        {
            var page = await store.ReadRangeAsync(Tables.Inbox, shard, range, MostChanges, cancellation);
            foreach (var row in page.Rows) (cursor.HasSeen(row.Key) ? old : fresh).Add(row);
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
        }

        return (fresh, old);
    }
}
