using CsCheck;
using PPMessage.Conversations;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class FeedCursorTests
{
    private const long Start = 1_795_000_000_000;

    [Fact]
    public void It_reads_back_what_it_writes() =>
        Gen.Long[0, 4_000_000_000_000].Select(Gen.Int[0, 40].Array[0, 30]).Sample((at, rows) =>
        {
            var cursor = new FeedCursor(at, []).Behind([.. rows.Order().Select(row => RowAt(at + row, "x"))], []);
            var read = FeedCursor.Parse(cursor.ToString())!;
            Assert.Equal((cursor.At, cursor.From), (read.At, read.From));
            Assert.Equal(cursor.Seen, read.Seen);
        });

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("garbage")]
    [InlineData("Z2FyYmFnZQ")] // garbage
    [InlineData("LTUu")] // -5.
    [InlineData("NS5BQkM")] // 5.ABC
    [InlineData("NS5hYmNkZWZnaA")] // 5.abcdefgh
    [InlineData("5Lit5paHLg")] // 中文.
    [InlineData("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5Lg")] // beyond 64 bits
    public void Garbage_is_no_cursor(string text) => Assert.Null(FeedCursor.Parse(text));

    [Fact]
    public void Rows_that_appear_late_within_the_overlap_are_not_missed_and_nothing_is_told_twice() =>
        // Each row has a time and appears up to the overlap later; the reader looks after each appearance.
        Gen.Select(Gen.Int[0, 60_000], Gen.Int[0, 9_999]).Array[1, 40].Sample(rows =>
        {
            var feed = rows.Select((row, i) => (Row: RowAt(Start + row.Item1, $"{i:D4}"), Appears: row.Item1 + row.Item2)).OrderBy(row => row.Appears).ToList();
            var cursor = new FeedCursor(Start, []);
            var told = new List<string>();
            for (var i = 0; i < feed.Count; i++)
            {
                var visible = feed.Take(i + 1).Select(row => row.Row).Where(row => FeedCursor.TimeOf(row.Key) >= cursor.From).OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
                var fresh = visible.Where(row => !cursor.HasSeen(row.Key)).ToList();
                told.AddRange(fresh.Select(row => row.Key));
                cursor = FeedCursor.Parse(cursor.Behind(fresh, visible.Where(row => cursor.HasSeen(row.Key))).ToString())!;
            }

            Assert.Equal(feed.Select(row => row.Row.Key).Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        });

    [Fact]
    public void A_cursor_of_a_busy_feed_stays_short_enough_for_an_address()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => RowAt(Start + (i / 10), $"{i:D5}")).ToList();
        var cursor = new FeedCursor(Start, []).Behind(rows, []);
        Assert.InRange(cursor.ToString().Length, 1, 6000);
        Assert.True(cursor.HasSeen(rows[^1].Key));
        Assert.Equal(cursor.At, cursor.From);
    }

    private static Row RowAt(long at, string tail) => new(InboxRows.FeedKey(at, tail), "etag", "nonce", default);
}
