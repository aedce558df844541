using PPMessage.Channels;
using Xunit;

namespace PPMessage.Tests.Channels;

public sealed class SecretBoxTests
{
    private const string Plain = "密码-4711-and-more";

    private readonly SecretBox _box = BoxOf("the-secrets-key-of-the-tests");

    [Fact]
    public void What_was_wrapped_comes_out() => Assert.Equal(Plain, _box.Unwrap("ch_1", "authToken", _box.Wrap("ch_1", "authToken", Plain)));

    [Fact]
    public void The_same_secret_is_never_wrapped_the_same() =>
        Assert.NotEqual(_box.Wrap("ch_1", "authToken", Plain).Box, _box.Wrap("ch_1", "authToken", Plain).Box);

    [Fact]
    public void A_box_opens_only_where_it_was_made_for()
    {
        var wrapped = _box.Wrap("ch_1", "authToken", Plain);
        AssertClosed(_box, "ch_2", "authToken", wrapped);
        AssertClosed(_box, "ch_1", "apiKeySecret", wrapped);
        AssertClosed(BoxOf("another-secrets-key-of-tests"), "ch_1", "authToken", wrapped);
        AssertClosed(BoxOf(null), "ch_1", "authToken", wrapped);
    }

    [Fact]
    public void A_damaged_box_stays_closed()
    {
        var wrapped = _box.Wrap("ch_1", "authToken", Plain);
        var bytes = Convert.FromBase64String(wrapped.Box);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 1;
            AssertClosed(_box, "ch_1", "authToken", wrapped with { Box = Convert.ToBase64String(damaged) });
        }

        AssertClosed(_box, "ch_1", "authToken", wrapped with { Box = Convert.ToBase64String(bytes[..10]) });
        AssertClosed(_box, "ch_1", "authToken", wrapped with { Box = "no base64" });
    }

    [Theory]
    [InlineData("0123456789abcdef", "cdef")]
    [InlineData("0123456789abcde", "")]
    public void A_hint_is_given_only_of_long_secrets(string secret, string hint) => Assert.Equal(hint, _box.Wrap("ch_1", "a", secret).Hint);

    [Theory]
    [InlineData(null)]
    [InlineData("fifteen letters")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/s)")]
    public void A_missing_short_or_unresolved_key_wraps_nothing(string? key)
    {
        Assert.False(BoxOf(key).CanWrap);
        Assert.Throws<InvalidOperationException>(() => BoxOf(key).Wrap("ch_1", "a", Plain));
    }

    private static void AssertClosed(SecretBox box, string channelId, string name, WrappedSecret wrapped)
    {
        var error = Assert.Throws<SecretUnreadableException>(() => box.Unwrap(channelId, name, wrapped));
        Assert.Contains("set it again", error.Message);
        Assert.DoesNotContain(Plain, error.ToString());
        Assert.False(box.CanUnwrap(channelId, name, wrapped));
    }

    private static SecretBox BoxOf(string? key) => new(new PPMessageOptions { SecretsKey = key });
}
