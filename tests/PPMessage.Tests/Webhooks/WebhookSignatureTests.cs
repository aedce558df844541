using PPMessage.Webhooks;
using Xunit;

namespace PPMessage.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;

    /// <summary>The example of the specification's own libraries (github.com/standard-webhooks/standard-webhooks).</summary>
    [Fact]
    public void It_signs_as_the_specifications_libraries_do() =>
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSignature.Of([Secret], Id, Timestamp, """{"test": 2432232314}"""));

    [Fact]
    public void Two_secrets_make_two_signatures_with_a_blank_between()
    {
        var other = WebhookSignature.Draw();
        var both = WebhookSignature.Of([other, Secret], Id, Timestamp, "{}").Split(' ');
        Assert.Equal([WebhookSignature.Of([other], Id, Timestamp, "{}"), WebhookSignature.Of([Secret], Id, Timestamp, "{}")], both);
    }

    [Fact]
    public void What_is_signed_is_utf_8()
    {
        var received = new Received(Id, Timestamp, WebhookSignature.Of([Secret], Id, Timestamp, "你好"), "你好", "/", "application/json");
        Assert.True(received.IsSignedWith(Secret));
        Assert.False((received with { Body = "您好" }).IsSignedWith(Secret));
    }

    [Fact]
    public void Each_secret_is_new_and_has_32_bytes()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSignature.Draw()).ToList();
        Assert.Equal(100, secrets.Distinct().Count());
        Assert.All(secrets, secret => Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length));
    }
}
