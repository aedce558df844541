using PPMessage.Mailgun;
using Xunit;

namespace PPMessage.Tests.Mailgun;

public sealed class MailgunSignatureTests
{
    private const string RailsKey = "tbsy84uSV1Kt3ZJZELY2TmShPRs91E3yL4tzf96297vBCkDWgL";
    private const string RailsSignature = "ef24c5225322217bb065b80bb54eb4f9206d764e3e16abab07f0a64d1cf477cc";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(RailsKey, "1539112500", "7VwW7k6Ak7zcTwoSoNm7aTtbk1g67MKAnsYLfUB7PdszbgR5Xi", RailsSignature)]
    [InlineData("TEST_WEBHOOK_SIGNING_KEY", "1534108637", "651869375b9df3c98fc15c4889b102119add1235c38fc92824", "2a75affe24846ead9e37e614a5e7643a04abf4d5b49b34d224ede9af23a00ccc")]
    [InlineData("TEST_WEBHOOK_SIGNING_KEY", "1461261330", "06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0", "3e24f71c7e802be94c5abca2fd6ca6957cca2e1e2396d26716b87e1ca8c56634")]
    [InlineData("TEST_WEBHOOK_SIGNING_KEY", "1234567890", "1234567890abcdef1234567890abcdef", "3b754b7c269e4c08fb3f5f36b2b5f98e45245965522dc16ca4c9faa0b11b557d")]
    public void Signatures_that_others_made_are_right(string key, string timestamp, string token, string signature)
    {
        Assert.True(new MailgunSignature(timestamp, token, signature).IsSignedWith(key));
        Assert.True(new MailgunSignature(timestamp, token, signature.ToUpperInvariant()).IsSignedWith(key));
        Assert.False(new MailgunSignature(timestamp, token, signature).IsSignedWith(key + " "));
        Assert.False(new MailgunSignature("0" + timestamp, token, signature).IsSignedWith(key));
        Assert.False(new MailgunSignature(timestamp, token, signature[..63]).IsSignedWith(key));
        Assert.False(new MailgunSignature(timestamp, token, signature + "0").IsSignedWith(key));
    }

    [Fact]
    public void A_forged_token_is_not_believed() =>
        Assert.False(new MailgunSignature("1539112500", "Zx8mJBiGmiiyyfWnho3zKyjCg2pxLARoCuBM7X9AKCioShGiMX", RailsSignature).IsSignedWith(RailsKey));

    [Theory]
    [InlineData(0, true)]
    [InlineData(-8 * 3600, true)]
    [InlineData(-24 * 3600, true)]
    [InlineData((-24 * 3600) - 1, false)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void A_signature_is_taken_for_a_day_and_a_little_ahead_of_time(int seconds, bool fresh) =>
        Assert.Equal(fresh, Stamped((Now.ToUnixTimeSeconds() + seconds).ToString()).IsFresh(Now));

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData(" 1800000000")]
    [InlineData("1800000000.5")]
    [InlineData("-1")]
    [InlineData("+1800000000")]
    [InlineData("1,800,000,000")]
    [InlineData("18000000000000000000000")]
    [InlineData("9223372036854775807")]
    [InlineData("253402300800")]
    [InlineData("１８００００００００")]
    public void A_malformed_timestamp_is_never_fresh_and_never_an_exception(string timestamp)
    {
        Assert.Null(Stamped(timestamp).At);
        Assert.False(Stamped(timestamp).IsFresh(Now));
    }

    [Theory]
    [InlineData(null, "t", "s")]
    [InlineData("1", null, "s")]
    [InlineData("1", "t", null)]
    [InlineData("", "t", "s")]
    [InlineData("1", "", "s")]
    [InlineData("1", "t", "")]
    public void All_three_are_needed(string? timestamp, string? token, string? signature) => Assert.Null(MailgunSignature.Of(timestamp, token, signature));

    [Fact]
    public void A_strangers_endless_token_is_not_even_hashed() => Assert.Null(MailgunSignature.Of("1", new string('a', 501), "s"));

    private static MailgunSignature Stamped(string timestamp) => new(timestamp, "t", "s");
}
