using PPMessage.Channels;
using PPMessage.Contacts;

namespace PPMessage.Twilio;

/// <summary>What a channel of kind <c>sms</c> and provider <c>twilio</c> needs, and which URLs Twilio calls it by.</summary>
internal sealed class TwilioChannels : IChannelKind
{
    public const string SmsOfTwilio = "twilio/sms";

    public const string AccountSid = "accountSid";
    public const string PhoneNumber = "phoneNumber";
    public const string MessagingServiceSid = "messagingServiceSid";
    public const string ApiKeySid = "apiKeySid";
    public const string Region = "region";
    public const string Edge = "edge";

    /// <summary>Proves callbacks, so it is needed even when an API key makes the calls.</summary>
    public const string AuthToken = "authToken";

    /// <summary>Also accepted in callbacks while the auth token is being rotated.</summary>
    public const string SecondaryAuthToken = "secondaryAuthToken";

    public const string ApiKeySecret = "apiKeySecret";

    private static readonly Dictionary<string, (Func<string, bool> Fits, string Message)> Settings = new()
    {
        [AccountSid] = (v => TwilioSids.Is("AC", v), "must be AC and 32 hexadecimal digits"),
        [PhoneNumber] = (IsE164, "must be in E.164 form, e.g. +15005550006"),
        [MessagingServiceSid] = (v => TwilioSids.Is("MG", v), "must be MG and 32 hexadecimal digits"),
        [ApiKeySid] = (v => TwilioSids.Is("SK", v), "must be SK and 32 hexadecimal digits"),
        [Region] = (IsHostLabel, "must be a Twilio region, e.g. au1"),
        [Edge] = (IsHostLabel, "must be a Twilio edge location, e.g. sydney"),
    };

    private static readonly string[] Secrets = [AuthToken, SecondaryAuthToken, ApiKeySecret];

    public string Serves => SmsOfTwilio;

    public AddressKind Reaches => AddressKind.Phone;

    public bool AllowsSeveralOpen => false;

    public bool HasSubject => false;

    public IReadOnlyList<string> Identity { get; } = [AccountSid, PhoneNumber];

    public IReadOnlyDictionary<string, string[]> Validate(IReadOnlyDictionary<string, string> settings, IReadOnlySet<string> secrets)
    {
        var mistakes = new Dictionary<string, string[]>();
        foreach (var (name, value) in settings)
            if (!Settings.TryGetValue(name, out var rule)) mistakes[$"settings.{name}"] = ["is not a setting of a Twilio channel"];
            else if (!rule.Fits(value)) mistakes[$"settings.{name}"] = [rule.Message];
        foreach (var name in secrets.Except(Secrets)) mistakes[$"secrets.{name}"] = ["is not a secret of a Twilio channel"];
        foreach (var (path, message) in Missing(settings, secrets)) mistakes.TryAdd(path, [message]);
        return mistakes;
    }

    /// <remarks>A number's service is found by the number, whichever the channel names.</remarks>
    public string ConnectsTo(IReadOnlyDictionary<string, string> settings) =>
        $"{settings.GetValueOrDefault(AccountSid)} {settings.GetValueOrDefault(PhoneNumber, settings.GetValueOrDefault(MessagingServiceSid, string.Empty))}";

    public IReadOnlyDictionary<string, string> Urls(Uri publicBaseUrl, string hookKey) => new Dictionary<string, string>
    {
        ["url"] = TwilioUrls.Inbound(publicBaseUrl, hookKey),
        ["statusUrl"] = TwilioUrls.Status(publicBaseUrl, hookKey),
    };

    private static IEnumerable<(string Path, string Message)> Missing(IReadOnlyDictionary<string, string> settings, IReadOnlySet<string> secrets)
    {
        if (!settings.ContainsKey(AccountSid)) yield return ($"settings.{AccountSid}", "is required");
        if (!settings.ContainsKey(PhoneNumber) && !settings.ContainsKey(MessagingServiceSid))
            yield return ($"settings.{PhoneNumber}", $"is required unless {MessagingServiceSid} is set");
        if (!secrets.Contains(AuthToken)) yield return ($"secrets.{AuthToken}", "is required: callbacks can't be verified without it");
        if (settings.ContainsKey(ApiKeySid) && !secrets.Contains(ApiKeySecret)) yield return ($"secrets.{ApiKeySecret}", $"is required with {ApiKeySid}");
        if (!settings.ContainsKey(ApiKeySid) && secrets.Contains(ApiKeySecret)) yield return ($"settings.{ApiKeySid}", $"is required with {ApiKeySecret}");
    }

    // At most 15 digits (ITU-T E.164). A short code or a name as sender needs a Messaging Service.
    private static bool IsE164(string text) =>
        text.Length is >= 8 and <= 16 && text[0] == '+' && text[1] != '0' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsHostLabel(string text) =>
        text.Length is > 0 and < 30 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';
}
