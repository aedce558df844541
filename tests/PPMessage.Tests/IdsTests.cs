using CsCheck;
using Xunit;

namespace PPMessage.Tests;

public sealed class IdsTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new byte[] { }, "")]
    [InlineData(new byte[] { 0 }, "00")]
    [InlineData(new byte[] { 0xff }, "ZW")]
    [InlineData(new byte[] { 0x08, 0x42, 0x10, 0x84, 0x21 }, "11111111")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff }, "ZZZZZZZZ")]
    public void Base32_is_crockfords_with_the_most_significant_bit_first(byte[] bytes, string text) => Assert.Equal(text, Ids.Base32(bytes));

    [Fact]
    public void Different_bytes_have_different_texts_of_the_same_length() =>
        Gen.Byte.Array[16].Select(Gen.Byte.Array[16]).Sample((a, b) =>
        {
            Assert.Equal(Ids.ThreadLength, Ids.Base32(a).Length);
            Assert.Equal(a.SequenceEqual(b), Ids.Base32(a) == Ids.Base32(b));
            Assert.True(Ids.IsBase32(Ids.Base32(a)));
        });

    [Fact]
    public void The_inverse_orders_backwards_and_is_its_own_inverse() =>
        Gen.Int[0, 1_000_000_000].Select(Gen.Int[0, 1_000_000_000]).Sample((a, b) =>
        {
            var (first, second) = (Ids.SeededUlid(At.AddSeconds(a), "x"), Ids.SeededUlid(At.AddSeconds(b), "y"));
            Assert.Equal(Math.Sign(string.CompareOrdinal(first, second)), Math.Sign(string.CompareOrdinal(Ids.Inverse(second), Ids.Inverse(first))));
            Assert.Equal(first, Ids.Inverse(Ids.Inverse(first)));
        });

    [Fact]
    public void A_seed_and_an_instant_always_give_the_same_id_and_other_ones_another()
    {
        Assert.Equal(Ids.SeededUlid(At, "a"), Ids.SeededUlid(At, "a"));
        Assert.NotEqual(Ids.SeededUlid(At, "a"), Ids.SeededUlid(At, "b"));
        Assert.NotEqual(Ids.SeededUlid(At, "a"), Ids.SeededUlid(At.AddMilliseconds(1), "a"));
    }

    [Fact]
    public void Ids_are_sortable_by_their_time()
    {
        var ids = Enumerable.Range(0, 100).Select(ms => Ids.NewUlid(At.AddMilliseconds(ms))).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Equal(Ids.UlidLength, id.Length));
    }

    [Theory]
    [InlineData("ch_01KANDTGG00000000000000000", "01KANDTGG00000000000000000")]
    [InlineData("ag_01KANDTGG00000000000000000", null)]
    [InlineData("ch_01KANDTGG0000000000000000", null)]
    [InlineData("ch_01KANDTGG000000000000000000", null)]
    [InlineData("ch_01kandtgg00000000000000000", null)]
    [InlineData("ch_01KANDTGG0000000000000000/", null)]
    [InlineData("", null)]
    public void Only_an_id_of_the_wanted_form_is_read(string id, string? ulid) => Assert.Equal(ulid, Ids.UlidOf(id, "ch_", 0));

    [Fact]
    public void An_id_tells_when_it_was_made_unless_no_clock_shows_that()
    {
        Assert.Equal(At, Ids.TimeOf(Ids.SeededUlid(At, "x")));
        Assert.Null(Ids.TimeOf("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
        Assert.Null(Ids.TimeOf("ZZZZZZZZZZZZZZZZZZZZZZZZZZ"));
    }
}
