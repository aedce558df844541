using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace PPMessage;

/// <summary>Settings that the host gives (environment form <c>PPMessage__AdminKey</c> and so on). Read once at the start.</summary>
internal sealed class PPMessageOptions
{
    public const int ShortestAdminKey = 16;
    public const int ShortestSecretsKey = 16;

    private const int DnsPort = 53;

    /// <summary>The bootstrap admin token; without a valid one everything but <c>/health</c> answers 503.</summary>
    public string? AdminKey { get; init; }

    /// <summary>What providers call us by, without a trailing slash; every URL that is given out and every signature is built on it.</summary>
    public Uri PublicBaseUrl { get; init; } = new("http://127.0.0.1:7071");

    /// <summary>Wraps channel secrets at rest; at least 16 characters. Without one, channels with secrets can't be stored.</summary>
    public string? SecretsKey { get; init; }

    /// <summary>Base of Twilio's REST API. Only the host can set it.</summary>
    public Uri TwilioBaseUrl { get; init; } = new("https://api.twilio.com");

    /// <summary>Base of Mailgun's API in place of the bases of its regions; null: those. Only the host can set it.</summary>
    public Uri? MailgunBaseUrl { get; init; }

    /// <summary>Whom to ask for DNS records (<c>PPMessage__Dns__Server</c>, <c>ip</c> or <c>ip:port</c>); null: whom the system asks.</summary>
    public IPEndPoint? DnsServer { get; init; }

    public Timing Timing { get; init; } = new();

    public FlowLimits Flows { get; init; } = new();

    public CampaignLimits Campaigns { get; init; } = new();

    public ImportLimits Imports { get; init; } = new();

    public RequestLimits Limits { get; init; } = new();

    /// <summary>Null: nobody but us says who somebody is.</summary>
    public OidcOptions? Oidc { get; init; }

    public bool HasAdminKey => IsKey(AdminKey, ShortestAdminKey);

    public bool HasSecretsKey => IsKey(SecretsKey, ShortestSecretsKey);

    /// <summary>The same settings with other times.</summary>
    public PPMessageOptions With(Timing timing) => new()
    {
        AdminKey = AdminKey, SecretsKey = SecretsKey, PublicBaseUrl = PublicBaseUrl, TwilioBaseUrl = TwilioBaseUrl, MailgunBaseUrl = MailgunBaseUrl, DnsServer = DnsServer,
        Imports = Imports, Campaigns = Campaigns, Flows = Flows, Limits = Limits, Oidc = Oidc, Timing = timing,
    };

    public static PPMessageOptions From(IConfiguration configuration)
    {
        var section = configuration.GetSection("PPMessage");
        var defaults = new PPMessageOptions();
        return new PPMessageOptions
        {
            AdminKey = section["AdminKey"],
            SecretsKey = section["SecretsKey"],
            PublicBaseUrl = Address(section, "PublicBaseUrl", defaults.PublicBaseUrl),
            TwilioBaseUrl = Address(section, "Twilio:BaseUrl", defaults.TwilioBaseUrl),
            MailgunBaseUrl = string.IsNullOrWhiteSpace(section["Mailgun:BaseUrl"]) ? null : Address(section, "Mailgun:BaseUrl", defaults.PublicBaseUrl),
            DnsServer = Server(section["Dns:Server"]),
            Timing = Timing.From(section.GetSection("Timing")),
            Imports = ImportLimits.From(section.GetSection("Imports")),
            Flows = FlowLimits.From(section.GetSection("Flows")),
            Campaigns = CampaignLimits.From(section.GetSection("Campaigns")),
            Limits = RequestLimits.From(section.GetSection("Limits")),
            Oidc = OidcOptions.From(section.GetSection("Oidc")),
        };
    }

    // A Key Vault reference that could not be resolved reaches the program as its own text: known to everybody who reads the template.
    private static bool IsKey(string? key, int shortest) =>
        key is not null && key.Trim().Length >= shortest && !key.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase);

    private static IPEndPoint? Server(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (!IPEndPoint.TryParse(text.Trim(), out var server)) throw new InvalidOperationException($"PPMessage__Dns__Server is not an IP address such as 10.0.0.2 or 127.0.0.1:5353: '{text}'.");
        return server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server;
    }

    private static Uri Address(IConfigurationSection section, string name, Uri fallback)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        if (!Uri.TryCreate(section[name]!.TrimEnd('/'), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InvalidOperationException($"PPMessage__{name.Replace(":", "__", StringComparison.Ordinal)} is not an http(s) URL: '{section[name]}'.");
        // A path is put behind it, and it is given out to others.
        if (address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            throw new InvalidOperationException($"PPMessage__{name.Replace(":", "__", StringComparison.Ordinal)} must be a plain URL such as https://example.com, without user, '?' and '#'.");
        if (address.Scheme == "http" && !address.IsLoopback)
            throw new InvalidOperationException($"PPMessage__{name.Replace(":", "__", StringComparison.Ordinal)} must be https unless it names a loopback address: '{section[name]}'.");
        return address;
    }
}

/// <summary>
/// How the times of one piece of work nest: act in line (3 s) &lt; provider call (20 s) &lt; hidden (60 s) &lt; claim (90 s). Tests shorten them;
/// those of a running program by <c>PPMessage__Timing__Hidden=00:00:04</c> and so on.
/// </summary>
internal sealed record Timing
{
    /// <summary>
    /// How long a callback's work may run before the provider gets its answer; the queue finishes the rest. Below what Twilio waits for each try
    /// (<see cref="Twilio.TwilioUrls.Retries"/>): it must not give up just as we answer.
    /// </summary>
    public TimeSpan InLine { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan ProviderCall { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long work that is being done in line stays hidden from the queue's workers.</summary>
    public TimeSpan Hidden { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a claimed send is nobody else's.</summary>
    public TimeSpan Claim { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a message that was taken from a queue stays hidden once whoever took it has died: in stand-alone mode; the Functions host has a time of its own.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How old cached channels and agents may be: the longest time until a change is seen by every instance.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long "the provider does not know this message" is doubted after an attempt whose outcome is unknown.</summary>
    public TimeSpan NotFoundBelievedAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a DNS server may take to answer, each of two times.</summary>
    public TimeSpan DnsTry { get; init; } = TimeSpan.FromSeconds(2);

    /// <exception cref="InvalidOperationException">A time can't be read, or they don't nest.</exception>
    public static Timing From(IConfigurationSection section)
    {
        var defaults = new Timing();
        var timing = new Timing
        {
            InLine = Time(section, nameof(InLine), defaults.InLine),
            ProviderCall = Time(section, nameof(ProviderCall), defaults.ProviderCall),
            Hidden = Time(section, nameof(Hidden), defaults.Hidden),
            Claim = Time(section, nameof(Claim), defaults.Claim),
            Lease = Time(section, nameof(Lease), defaults.Lease),
            NotFoundBelievedAfter = Time(section, nameof(NotFoundBelievedAfter), defaults.NotFoundBelievedAfter),
        };
        return timing.InLine < timing.ProviderCall && timing.ProviderCall < timing.Hidden && timing.Hidden < timing.Claim
            ? timing
            : throw new InvalidOperationException("PPMessage__Timing: InLine must be shorter than ProviderCall, that than Hidden, that than Claim.");
    }

    private static TimeSpan Time(IConfigurationSection section, string name, TimeSpan fallback)
    {
        if (string.IsNullOrWhiteSpace(section[name])) return fallback;
        return TimeSpan.TryParse(section[name], CultureInfo.InvariantCulture, out var time) && time > TimeSpan.Zero
            ? time
            : throw new InvalidOperationException($"PPMessage__Timing__{name} is not a time such as 00:01:00: '{section[name]}'.");
    }
}
