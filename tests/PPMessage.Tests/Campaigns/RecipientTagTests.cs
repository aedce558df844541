using PPMessage.Campaigns;
using Xunit;

namespace PPMessage.Tests.Campaigns;

public sealed class RecipientTagTests
{
    private static readonly RecipientTag Tag = new(Planned.OccurrenceId, Planned.ContactId(1), 3, "sms");

    [Fact]
    public void A_tag_that_comes_back_says_who_was_meant() => Assert.Equal(Tag, RecipientTag.Read(Tag.ToString()));

    public static TheoryData<string> Strange() =>
    [
        "", ".", "...", "....", new string('.', 5000), Tag + ".x", Tag.ToString()[..^4], Tag.ToString().Replace(".3.", ".-3."), Tag.ToString().Replace(".3.", ". 3."), Tag.ToString().Replace(".3.", ".99999999999."),
        Tag.ToString().Replace(".sms", ".SMS"), Tag.ToString().Replace(".sms", ".短信"), Tag.ToString().Replace(".sms", ".s|m"), Tag.ToString().Replace(".sms", "." + new string('a', 21)), Tag.ToString().Replace("cr_", "cr|"),
        Tag.ToString().ToLowerInvariant(), Tag.ToString().Replace("ct_", "ag_"), Tag.ToString().Replace(Tag.ContactId, Tag.ContactId[..^2] + "ZZ"), $"{Tag.OccurrenceId}.{Tag.OccurrenceId}.0.sms", "你好.世界.0.sms",
    ];

    [Theory]
    [MemberData(nameof(Strange))]
    public void Anything_else_is_none_of_ours(string text) => Assert.Null(RecipientTag.Read(text));
}
