using Xunit;
using SmsSegments = PPMessage.Local.Sandbox.Segments;

namespace PPMessage.Tests.Local.Sandbox;

public sealed class SegmentsTests
{
    public static TheoryData<string, int> Texts => new()
    {
        { "", 1 },
        { new string('a', 160), 1 },
        { new string('a', 161), 2 },
        { new string('a', 306), 2 },
        { new string('a', 307), 3 },
        { new string('€', 80), 1 },
        { new string('€', 81), 2 },
        { new string('a', 159) + "€", 2 },
        { new string('a', 152) + "{" + new string('a', 151), 2 },
        { new string('a', 152) + "{" + new string('a', 152), 3 },
        { string.Concat(Enumerable.Repeat("👍", 35)), 1 },
        { string.Concat(Enumerable.Repeat("👍", 36)), 2 },
        { new string('я', 70), 1 },
        { new string('я', 134), 2 },
        { new string('я', 135), 3 },
        { new string('я', 66) + "👍" + new string('я', 66), 3 },
        { new string('ñ', 70), 1 },
        { new string('a', 1600), 11 },
        { new string('я', 1600), 24 },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Parts_are_counted_as_the_vendors_calculator_counts_them(string text, int parts) => Assert.Equal(parts, SmsSegments.Count(text));
}
