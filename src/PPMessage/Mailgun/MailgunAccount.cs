using PPMessage.Channels;

namespace PPMessage.Mailgun;

/// <summary>Where and with which key Mailgun is called for a channel. Not a record: it must not print its key.</summary>
internal sealed class MailgunAccount(Uri baseUrl, string domain, string apiKey)
{
    // Source: documentation.mailgun.com, "Mailgun regions".
    private static readonly Uri Us = new("https://api.mailgun.net");
    private static readonly Uri Eu = new("https://api.eu.mailgun.net");

    public Uri BaseUrl => baseUrl;

    public string Domain => domain;

    public string ApiKey => apiKey;

    /// <summary>Below it lies everything that concerns the domain.</summary>
    public string Path => $"/v3/{Uri.EscapeDataString(domain)}";

    /// <summary>Null: the key is not set or can't be read.</summary>
    public static MailgunAccount? Of(Channel channel, ChannelDirectory channels, PPMessageOptions options) =>
        channel.Setting(MailgunChannels.Domain) is { } domain && channels.SecretOrNull(channel, MailgunChannels.ApiKey) is { Length: > 0 } key
            ? new MailgunAccount(BaseFor(channel, options), domain.ToLowerInvariant(), key)
            : null;

    /// <summary>As it stands in ids.</summary>
    public static string DomainOf(Channel channel) => channel.Setting(MailgunChannels.Domain)?.ToLowerInvariant() ?? string.Empty;

    /// <summary>Of the region that the channel is set to.</summary>
    public static string RegionOf(Channel channel) => channel.Setting(MailgunChannels.Region) == "eu" ? "eu" : "us";

    /// <summary>The same key and domain in the other region; null where one base stands for both.</summary>
    public MailgunAccount? InOtherRegion(PPMessageOptions options) =>
        options.MailgunBaseUrl is null ? new MailgunAccount(baseUrl == Eu ? Us : Eu, domain, apiKey) : null;

    internal static Uri BaseFor(Channel channel, PPMessageOptions options) =>
        options.MailgunBaseUrl ?? (RegionOf(channel) == "eu" ? Eu : Us);
}
