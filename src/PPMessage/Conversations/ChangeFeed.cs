using System.Buffers.Text;
using System.Text;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Where a reader of the feed stands. Kept in a row, or given to a client as a cursor that it can't read.</summary>
/// <param name="Settled">Every change up to this row key is behind the reader, and none will appear there any more.</param>
/// <param name="Ahead">Which changes behind that key the reader has had all the same: a few characters of each one's hash.</param>
internal sealed record FeedPlace(string Settled, string Ahead)
{
    public const int HashLength = 8;

    // Longer than any key of the feed.
    private const int LongestKey = 200;

    public static FeedPlace At(DateTimeOffset time) => new(InboxRows.FeedFrom(time.ToUnixTimeMilliseconds()), string.Empty);

    /// <summary>Every change up to then is behind the reader.</summary>
    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(InboxRows.FeedTime(Settled)!.Value);

    public string ToCursor() => $"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Settled))}.{Ahead}";

    /// <summary>Null when the text is no cursor of ours.</summary>
    public static FeedPlace? Parse(string cursor)
    {
        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Base64Url.IsValid(cursor.AsSpan(0, dot))) return null;
        var place = new FeedPlace(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor.AsSpan(0, dot))), cursor[(dot + 1)..]);
        // What stores take as a key and no more: it becomes part of a question to one.
        return InboxRows.FeedTime(place.Settled) is not null && place.Settled.Length <= LongestKey && place.Settled.All(c => char.IsAsciiLetterOrDigit(c) || c == '|') && place.Ahead.Length % HashLength == 0 && place.Ahead.Length <= FeedMemory.InCursor.MostAhead * HashLength && Ids.IsBase32(place.Ahead)
            ? place
            : null;
    }
}

/// <param name="Id">The same whenever it is read.</param>
internal sealed record FeedChange(string Id, FeedRow Row);

/// <param name="Changes">In order.</param>
/// <param name="Next">Behind them, and behind the unwanted ones before and between them.</param>
/// <param name="Passed">How many changes the reader has gone by, wanted or not.</param>
/// <param name="AtEnd">Whether there was nothing more.</param>
internal sealed record FeedStep(IReadOnlyList<FeedChange> Changes, FeedPlace Next, int Passed, bool AtEnd);

/// <summary>What a reader of the feed remembers.</summary>
/// <param name="Settling">How much later than its key's time a row may appear: clocks of instances differ, and a store repeats a write for a while.</param>
/// <param name="MostAhead">Changes that may be had before they are settled. Beyond them a busy feed comes that much later.</param>
internal sealed record FeedMemory(TimeSpan Settling, int MostAhead)
{
    /// <summary>100 changes a second.</summary>
    public static readonly FeedMemory InRow = new(TimeSpan.FromSeconds(30), 3000);

    /// <summary>80 changes a second: a cursor stands in a URL, whose line servers bound at 8 KiB.</summary>
    public static readonly FeedMemory InCursor = new(TimeSpan.FromSeconds(10), 800);
}

/// <summary>
/// What changed, oldest first, each change once for a reader who goes on where it stood; who asks again from the same place is told the same again. Rows of the last
/// seconds may still appear before ones that are there; so a reader remembers which of those it has had. Where there are too many to remember, it waits for them to
/// settle: a very busy feed comes later, and whole. Operations: one range read a shard, more where a shard has many changes. Thread-safe.
/// </summary>
internal sealed class ChangeFeed(IStore store, TimeProvider time)
{
    private const int ReadAtOnce = 400;

    /// <param name="most">So many changes at most.</param>
    public async Task<FeedStep> ReadAsync(FeedPlace place, FeedMemory memory, Func<ChangeType, bool> isWanted, int most, CancellationToken cancellation)
    {
        var horizon = InboxRows.FeedFrom((time.GetUtcNow() - memory.Settling).ToUnixTimeMilliseconds());
        var known = place.Ahead.Chunk(FeedPlace.HashLength).Select(hash => new string(hash)).ToHashSet();
        var pages = await Task.WhenAll(InboxRows.AllShards().Select(shard => ShardAsync(shard, place.Settled, known, cancellation)));
        var seen = pages.SelectMany(page => page.Seen).ToList();
        var fresh = pages.SelectMany(page => page.Fresh).OrderBy(row => row.Key, StringComparer.Ordinal).ToList();

        // What was read of a shard reaches at least as far as this many of all.
        var (passed, changes) = (new List<string>(), new List<FeedChange>());
        var room = memory.MostAhead - seen.Count(key => IsBehind(key, horizon));
        foreach (var row in fresh.Take(ReadAtOnce))
        {
            if (changes.Count == most || (IsBehind(row.Key, horizon) && room-- <= 0)) break;
            passed.Add(row.Key);
            var change = row.As(ConversationsJson.Default.FeedRow);
            if (isWanted(change.Type)) changes.Add(new FeedChange("ev_" + Ids.Hash(row.Key), change));
        }

        var atEnd = passed.Count == fresh.Count && pages.All(page => page.AtEnd);
        return new FeedStep(changes, Next(place, known, horizon, seen, passed, atEnd), passed.Count, atEnd);
    }

    private static FeedPlace Next(FeedPlace place, HashSet<string> known, string horizon, List<string> seen, List<string> passed, bool atEnd)
    {
        var reached = atEnd ? horizon : Earlier(horizon, passed.Count > 0 ? passed[^1] : place.Settled);
        var settled = IsBehind(reached, place.Settled) ? reached : place.Settled;

        // At the end all rows were read, so what is remembered and not there is gone for good.
        var kept = atEnd ? [] : known.Except(seen.Select(Short));
        var ahead = kept.Concat(seen.Concat(passed).Where(key => IsBehind(key, settled)).Select(Short)).Distinct();
        return new FeedPlace(settled, string.Concat(ahead));
    }

    private async Task<(List<Row> Fresh, List<string> Seen, bool AtEnd)> ShardAsync(string shard, string from, HashSet<string> known, CancellationToken cancellation)
    {
        var (fresh, seen) = (new List<Row>(), new List<string>());
        var range = new RowRange(from, "e}", Exclusive: true);
        while (true)
        {
            var page = await store.ReadRangeAsync(Tables.Inbox, shard, range, ReadAtOnce, cancellation);
            foreach (var row in page.Rows)
                if (known.Contains(Short(row.Key))) seen.Add(row.Key);
                else fresh.Add(row);
            if (!page.More || fresh.Count >= ReadAtOnce) return (fresh, seen, !page.More);
            range = range.Behind(page.Rows[^1].Key);
        }
    }

    private static string Short(string key) => Ids.Hash(key)[..FeedPlace.HashLength];

    private static bool IsBehind(string key, string other) => string.CompareOrdinal(key, other) > 0;

    private static string Earlier(string one, string other) => IsBehind(one, other) ? other : one;
}
