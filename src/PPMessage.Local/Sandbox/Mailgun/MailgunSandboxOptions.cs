namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>How a <see cref="MailgunSandbox"/> is set up. Nothing of it can be changed while it runs.</summary>
internal sealed record MailgunSandboxOptions
{
    /// <summary>
    /// How Mailgun tries a refused call again (https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http);
    /// after the last it gives up.
    /// </summary>
    public static readonly IReadOnlyList<TimeSpan> RealRetries =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
    ];

    /// <summary>TCP port on 127.0.0.1; 0 (the default) takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>UDP port of the DNS server on 127.0.0.1; 0 (the default) takes a free one.</summary>
    public int DnsPort { get; init; }

    /// <summary>Whether this is the European API: it knows European domains only; default false.</summary>
    public bool Eu { get; init; }

    /// <summary>From accepting a mail until it is in the mailbox; default 50 ms. The same between the steps that follow.</summary>
    public TimeSpan DeliveredAfter { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How far the events API and the logs API lag behind; default zero.</summary>
    public TimeSpan EventsVisibleAfter { get; init; }

    /// <summary>When a call that the application refused is made again; default never, so that a test decides. See <see cref="RealRetries"/>.</summary>
    public IReadOnlyList<TimeSpan> Retries { get; init; } = [];

    /// <summary>Whether raw mail comes as <c>multipart/form-data</c> instead of urlencoded; default false.</summary>
    public bool RawAsMultipart { get; init; }

    /// <summary>Whether requests are logged to the console; default false.</summary>
    public bool Log { get; init; }
}
