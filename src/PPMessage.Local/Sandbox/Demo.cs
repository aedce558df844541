namespace PPMessage.Local.Sandbox;

/// <summary>What every sandbox starts with. The values are fixed, well known and worth nothing.</summary>
internal static class Demo
{
    public const string AccountSid = "AC00000000000000000000000000000001";
    public const string AuthToken = "00000000000000000000000000000002";
    public const string ApiKeySid = "SK00000000000000000000000000000003";
    public const string ApiKeySecret = "SandboxApiKeySecretWorthNothing1";

    /// <summary>Twilio's test number that may send.</summary>
    public const string Number = "+15005550006";

    public const string SecondNumber = "+15005550100";

    /// <summary>A toll-free number: STOP is the carrier's, YES does not undo it.</summary>
    public const string TollFreeNumber = "+18885550100";

    /// <summary>A short code outside a service: Twilio takes no STOP for it.</summary>
    public const string ShortCode = "50555";

    public static SandboxAccount Account(DateTimeOffset now) => new()
    {
        Sid = AccountSid, AuthToken = AuthToken, ApiKeySid = ApiKeySid, ApiKeySecret = ApiKeySecret, FriendlyName = "Sandbox demo", CreatedAt = now,
    };

    public static IEnumerable<SandboxNumber> Numbers(DateTimeOffset now)
    {
        var index = 0;
        foreach (var number in (string[])[Number, SecondNumber, TollFreeNumber, ShortCode])
            yield return new SandboxNumber
            {
                Sid = $"PN{++index:d32}", AccountSid = AccountSid, PhoneNumber = number, FriendlyName = number, CreatedAt = now, UpdatedAt = now,
            };
    }
}
