using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Suppressions;

public sealed class OptOutWordsTests
{
    [Theory]
    [InlineData("STOP")]
    [InlineData("stop")]
    [InlineData("  Stop\r\n")]
    [InlineData("STOPALL")]
    [InlineData("UNSUBSCRIBE")]
    [InlineData("cancel")]
    [InlineData("END")]
    [InlineData("Quit")]
    [InlineData("REVOKE")]
    [InlineData("optout")]
    [InlineData("退订")]
    [InlineData(" 退订\u3000")]
    [InlineData("退訂")]
    [InlineData("TD")]
    [InlineData("td")]
    [InlineData("ＴＤ")]
    [InlineData("T")]
    [InlineData("t")]
    public void The_word_alone_stops(string text) => Assert.Equal(OptOutWord.Stop, OptOutWords.Read(text));

    [Theory]
    [InlineData("START")]
    [InlineData("yes")]
    [InlineData("Unstop ")]
    public void The_word_alone_starts_again(string text) => Assert.Equal(OptOutWord.Start, OptOutWords.Read(text));

    [Theory]
    [InlineData("HELP")]
    [InlineData("info")]
    public void The_word_alone_asks_for_help(string text) => Assert.Equal(OptOutWord.Help, OptOutWords.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("STOP please")]
    [InlineData("please stop")]
    [InlineData("STOP.")]
    [InlineData("STOPP")]
    [InlineData("S T O P")]
    [InlineData("我要退订")]
    [InlineData("TT")]
    [InlineData("UNSUBSCRIBED")]
    public void Anything_more_is_an_ordinary_message(string text) => Assert.Null(OptOutWords.Read(text));
}
