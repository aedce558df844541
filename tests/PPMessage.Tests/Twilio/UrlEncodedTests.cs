using System.Text;
using CsCheck;
using PPMessage.Twilio;
using Xunit;

namespace PPMessage.Tests.Twilio;

public sealed class UrlEncodedTests
{
    [Fact]
    public void Spaces_empty_values_and_repetitions_stay()
    {
        var fields = Read("Body=+h%C3%A9+%26+%2B1+%F0%9F%91%8D+&FromCity=&To=1&To=2&Bare");

        Assert.Equal(
            [new("Body", " hé & +1 👍 "), new("FromCity", ""), new("To", "1"), new("To", "2"), new("Bare", "")],
            fields!);
    }

    [Fact]
    public void No_body_is_no_fields() => Assert.Empty(Read("")!);

    [Theory]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("a=%zz")]
    [InlineData("a=%+1")]
    [InlineData("%e=1")]
    [InlineData("a=%FF")]
    [InlineData("a=%C3")]
    public void Broken_escapes_are_refused(string form) => Assert.Null(Read(form));

    [Fact]
    public void Too_many_fields_are_refused()
    {
        Assert.Equal(UrlEncoded.MostFields, Read(string.Join('&', Enumerable.Repeat("a=1", UrlEncoded.MostFields)))!.Count);
        Assert.Null(Read(string.Join('&', Enumerable.Repeat("a=1", UrlEncoded.MostFields + 1))));
    }

    [Fact]
    public void What_was_encoded_is_read_back() => Gen.String.Where(IsUnicode).Array[0, 20].Sample(values =>
        Read(string.Join('&', values.Select((v, i) => $"f{i}={Uri.EscapeDataString(v)}")))!.Select(f => f.Value).SequenceEqual(values));

    private static bool IsUnicode(string text) => text.EnumerateRunes().All(r => r != Rune.ReplacementChar);

    private static IReadOnlyList<KeyValuePair<string, string>>? Read(string form) => UrlEncoded.Read(Encoding.UTF8.GetBytes(form), out _);
}
