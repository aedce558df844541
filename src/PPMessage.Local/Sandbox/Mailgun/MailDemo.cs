using PPMessage.Local.Sandbox.Dns;

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

    /// <summary>DNS as Mailgun wants it.</summary>
    public static IEnumerable<(string Name, DnsRecords Records)> Dns =>
    [
        (Domain, Right("mailgun.org")),
        (EuDomain, Right("eu.mailgun.org")),
        ("_dmarc.example.com", new DnsRecords { Txt = ["v=DMARC1; p=none; rua=mailto:dmarc@example.com"] }),
        ("_dmarc.example.eu", new DnsRecords { Txt = ["v=DMARC1; p=none; rua=mailto:dmarc@example.eu"] }),
    ];

    public static IEnumerable<MailDomain> Domains(DateTimeOffset now) =>
    [
        new(Domain) { SendingKey = SendingKey, CreatedAt = now },
        new(EuDomain) { IsEu = true, CreatedAt = now },
    ];

    private static DnsRecords Right(string region) => new()
    {
        Mx = [new(10, $"mxa.{region}"), new(10, $"mxb.{region}")],
        Txt = ["v=spf1 include:mailgun.org ~all"],
    };
}
