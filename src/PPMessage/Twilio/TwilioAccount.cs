using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Where and as whom Twilio is called for a channel. Not a record: it must not print its password.</summary>
internal sealed class TwilioAccount(string sid, Uri baseUrl, string user, string password)
{
    private const string PublicHost = "api.twilio.com";

    /// <summary>Stands in every path, also when an API key signs in.</summary>
    public string Sid => sid;

    public Uri BaseUrl => baseUrl;

    public string User => user;

    public string Password => password;

    /// <summary>Base of the API that keeps Messaging Services. Twilio has it on a host of its own in the same place; any other base (a sandbox, a proxy) serves both.</summary>
    public Uri MessagingUrl => IsTwilios(baseUrl) ? new Uri($"https://messaging.{baseUrl.Host["api.".Length..]}") : baseUrl;

    public string Path => $"/2010-04-01/Accounts/{sid}";

    /// <summary>The API key when the channel has one, else account and auth token (a key never goes with the auth token). Null: a secret is not set or can't be read.</summary>
    public static TwilioAccount? Of(Channel channel, ChannelDirectory channels, Uri twilioBaseUrl)
    {
        var sid = channel.Setting(TwilioChannels.AccountSid);
        var key = channel.Setting(TwilioChannels.ApiKeySid);
        var password = channels.SecretOrNull(channel, key is null ? TwilioChannels.AuthToken : TwilioChannels.ApiKeySecret);
        return sid is null || string.IsNullOrEmpty(password) ? null : new TwilioAccount(sid, BaseFor(channel, twilioBaseUrl), key ?? sid, password);
    }

    /// <summary>By the auth token, whatever the channel calls with: only it opens the account itself, and callbacks are proved by it. Null: as above.</summary>
    public static TwilioAccount? ByToken(Channel channel, ChannelDirectory channels, Uri twilioBaseUrl)
    {
        var (sid, token) = (channel.Setting(TwilioChannels.AccountSid), channels.SecretOrNull(channel, TwilioChannels.AuthToken));
        return sid is null || string.IsNullOrEmpty(token) ? null : new TwilioAccount(sid, BaseFor(channel, twilioBaseUrl), sid, token);
    }

    private static bool IsTwilios(Uri url) => url.Host.StartsWith("api.", StringComparison.Ordinal) && url.Host.EndsWith(".twilio.com", StringComparison.Ordinal);

    /// <summary>
    /// The regional host when the channel names one and the base is Twilio's public one; any other base (a sandbox, a proxy) stays.
    /// Source: twilio.com/docs/global-infrastructure, "api.{edge}.{region}.twilio.com"; an edge alone lies in front of us1.
    /// </summary>
    internal static Uri BaseFor(Channel channel, Uri twilioBaseUrl)
    {
        var (edge, region) = (channel.Setting(TwilioChannels.Edge), channel.Setting(TwilioChannels.Region));
        if (twilioBaseUrl.Host != PublicHost || (edge is null && region is null)) return twilioBaseUrl;
        var place = edge is null ? region : $"{edge}.{region ?? "us1"}";
        return new Uri($"https://api.{place}.twilio.com");
    }
}
