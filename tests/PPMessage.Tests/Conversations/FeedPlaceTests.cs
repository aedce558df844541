using CsCheck;
using PPMessage.Conversations;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class FeedPlaceTests
{
    private const long Start = 1_795_000_000_000;

    [Fact]
    public void A_cursor_reads_back_what_it_writes() =>
        Gen.Long[0, 4_000_000_000_000].Select(Gen.Int[0, FeedMemory.InCursor.MostAhead]).Sample((at, ahead) =>
        {
            var place = new FeedPlace(InboxRows.FeedKey(at, "01M8QQJ1HCHZ|0000000007"), string.Concat(Enumerable.Range(0, ahead).Select(Hash)));
            Assert.Equal(place, FeedPlace.Parse(place.ToCursor()));
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(at), place.Time());
        });

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("!")]
    [InlineData("garbage")]
    [InlineData("Z2FyYmFnZQ.")] // garbage
    [InlineData("ZXw.")] // e|
    [InlineData("ZXwtNQ.")] // e|-5
    [InlineData("ZXwwMDAxNzk1MDAwMDAw.ABC")] // e|0001795000000, too short
    [InlineData("ZXwxNzk1MDAwMDAwMDAw.ABC")]
    [InlineData("ZXwxNzk1MDAwMDAwMDAw.abcdefgh")]
    [InlineData("5Lit5paH.")] // 中文
    [InlineData("中文.")]
    [InlineData("ZXwxNzk1MDAwMDAwMDAwfCcA.")] // e|1795000000000|', and a NUL
    [InlineData("ZXwxNzk1MDAwMDAwMDAwfC8_.")] // e|1795000000000|/?
    public void Garbage_is_no_cursor(string text) => Assert.Null(FeedPlace.Parse(text));

    [Fact]
    public void A_cursor_of_a_busy_feed_stays_short_enough_for_an_address_and_a_longer_one_is_none()
    {
        var place = new FeedPlace(InboxRows.FeedKey(Start, $"{new string('A', 60)}|0000000007"), string.Concat(Enumerable.Range(0, FeedMemory.InCursor.MostAhead).Select(Hash)));
        Assert.InRange(place.ToCursor().Length, 1, 7_000);
        Assert.NotNull(FeedPlace.Parse(place.ToCursor()));
        Assert.Null(FeedPlace.Parse((place with { Ahead = place.Ahead + Hash(0) }).ToCursor()));
    }

    private static string Hash(int of) => Ids.Hash($"{of}")[..FeedPlace.HashLength];
}
