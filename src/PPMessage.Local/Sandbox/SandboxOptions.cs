namespace PPMessage.Local.Sandbox;

/// <summary>How a <see cref="TwilioSandbox"/> is set up. Nothing of it can be changed while it runs.</summary>
internal sealed record SandboxOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 (the default) takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the second origin, which plays the CDN that media are redirected to; 0 (the default) takes a free one.</summary>
    public int CdnPort { get; init; }

    /// <summary>Where media are redirected to, instead of the sandbox's own second origin.</summary>
    public Uri? CdnBaseUrl { get; init; }

    /// <summary>From accepting a message until it is <c>sent</c>; default 50 ms.</summary>
    public TimeSpan SentAfter { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>From <c>sent</c> until <c>delivered</c>; default 50 ms.</summary>
    public TimeSpan DeliveredAfter { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether messages that have no <c>date_sent</c> yet pass a DateSent filter. Twilio does not document it, so callers must do with both; default false.
    /// </summary>
    public bool UnsentPassDateFilters { get; init; }

    /// <summary>Whether requests are logged to the console; default false.</summary>
    public bool Log { get; init; }
}
