using CsCheck;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class SmsSegmentsTests
{
    [Theory]
    [InlineData("a", 160, 1)]
    [InlineData("a", 161, 2)]
    [InlineData("a", 306, 2)]
    [InlineData("a", 307, 3)]
    [InlineData("€", 80, 1)]
    [InlineData("€", 81, 2)]
    [InlineData("👍", 35, 1)]
    [InlineData("👍", 36, 2)]
    [InlineData("я", 70, 1)]
    [InlineData("я", 71, 2)]
    [InlineData("я", 134, 2)]
    [InlineData("я", 135, 3)]
    [InlineData("ñ", 70, 1)]
    [InlineData("ñ", 160, 1)]
    [InlineData("\n", 160, 1)]
    [InlineData("\r\n", 80, 1)]
    [InlineData("\r\n", 81, 2)]
    [InlineData("a", 1600, 11)]
    [InlineData("я", 1600, 24)]
    [InlineData("a", 0, 0)]
    public void A_character_repeated(string character, int times, int segments) =>
        Assert.Equal(segments, SmsSegments.Count(string.Concat(Enumerable.Repeat(character, times))));

    [Fact]
    public void A_character_of_two_places_is_not_cut_in_two()
    {
        Assert.Equal(2, SmsSegments.Count(new string('a', 159) + "€"));
        Assert.Equal(2, SmsSegments.Count(new string('a', 152) + "{" + new string('a', 151)));
        Assert.Equal(3, SmsSegments.Count(new string('a', 152) + "{" + new string('a', 152)));
        Assert.Equal(3, SmsSegments.Count(new string('я', 66) + "👍" + new string('я', 66)));
    }

    [Theory]
    [InlineData("Ç", true)]
    [InlineData("ç", false)]
    [InlineData("ñ", true)]
    [InlineData("^{}\\[]~|€", true)]
    [InlineData("\r\n", true)]
    [InlineData("’", false)]
    [InlineData("`", false)]
    [InlineData("–", false)]
    [InlineData("\t", false)]
    [InlineData("您好", false)]
    public void Some_characters_make_the_whole_text_UCS2(string text, bool gsm)
    {
        Assert.Equal(gsm, SmsSegments.IsGsm(text));
        Assert.Equal(gsm ? 1 : 2, SmsSegments.Count(text + new string('a', 71)));
    }

    [Fact]
    public void More_text_is_never_fewer_segments() => Gen.Select(Text, Text).Sample((head, tail) =>
        SmsSegments.Count(head + tail) >= SmsSegments.Count(head));

    [Fact]
    public void A_text_is_at_least_one_segment_and_no_segment_is_wasted() => Text.Where(t => t.Length > 0).Sample(text =>
        SmsSegments.Count(text) is var count && count >= 1 && count <= 1 + (text.Length / 66));

    private static readonly Gen<string> Text =
        Gen.OneOf(Gen.Char['a', 'z'].Select(c => c.ToString()), Gen.OneOf("€", "{", "ç", "👍", "я", "\n"))
            .List[0, 400].Select(string.Concat);
}
