using CsCheck;
using PPMessage.Filters;
using Xunit;

namespace PPMessage.Tests.Filters;

public sealed class FoldedTextTests
{
    [Theory]
    [InlineData("ＡＢＣ１２３", "ABC123")]
    [InlineData("！～", "!~")]
    [InlineData("　你好　世界　", "你好 世界")]
    [InlineData("\u00A0a\u00A0b\u00A0", "a b")]
    [InlineData("￥１００￡￠", "¥100£¢")]
    [InlineData(" 客户。 \r\n", "客户。")]
    [InlineData("\ud800Ａ", "\ud800A")]
    [InlineData("", "")]
    public void Widths_and_spaces_are_folded(string text, string folded) => Assert.Equal(folded, FoldedText.Of(text));

    [Fact]
    public void A_plain_text_stays_the_same_object()
    {
        var text = new string("plain 你好".AsSpan());
        Assert.Same(text, FoldedText.Of(text));
    }

    [Fact]
    public void Folding_again_changes_nothing() => Gen.String[Gen.Char["\u3000 aＡ１王\u00A0￥\ud800"], 0, 20].Sample(text => FoldedText.Of(FoldedText.Of(text)) == FoldedText.Of(text));
}
