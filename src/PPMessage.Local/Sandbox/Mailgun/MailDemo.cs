namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What every mail sandbox starts with. The values are fixed, well known and worth nothing.</summary>
internal static class MailDemo
{
    public const string Domain = "mg.example.com";

    /// <summary>In the other region: the American API does not know it.</summary>
    public const string EuDomain = "mg.example.eu";

    /// <summary>The account's; opens everything.</summary>
    public const string ApiKey = "key-00000000000000000000000000000001";

    /// <summary>A key of <see cref="Domain"/> that may send and do nothing else.</summary>
    public const string SendingKey = "00000000000000000000000000000002-00000000-00000002";

    public const string SigningKey = "key-00000000000000000000000000000003";

    public const string Address = "support@mg.example.com";

    public static IEnumerable<MailDomain> Domains(DateTimeOffset now) =>
    [
        new(Domain) { SendingKey = SendingKey, CreatedAt = now },
        new(EuDomain) { IsEu = true, CreatedAt = now },
    ];
}
