using PPMessage.Channels;
using PPMessage.Channels.Setup;
using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>What the secrets themselves give away.</summary>
/// <param name="KeyWithToken">The API key's secret is the auth token.</param>
/// <param name="HasSecondary">Callbacks may be signed with a second token, too.</param>
internal sealed record TwilioMistakes(bool KeyWithToken, bool HasSecondary);

/// <summary>Whether Twilio takes a channel's credentials, whether callbacks can be proved with them, and how the account stands. Pure.</summary>
internal static class TwilioCredentials
{
    public const string Name = "credentials";

    private const int Unauthorized = 20003;
    private const int NotActive = 20005;
    private const int TestCredentials = 20008;
    public const int NotPermitted = 70051;

    private const string Tokens = "Twilio's console, Account Dashboard (or Admin, API keys & tokens)";
    private const string CopyToken = $"Copy Account SID and primary Auth Token from {Tokens} into settings.accountSid and secrets.authToken.";

    /// <param name="listing">Of messages, by what the channel calls with.</param>
    /// <param name="numbers">Likewise; null: it has no number.</param>
    public static IReadOnlyList<Check> Of(Channel channel, TwilioStanding standing, TwilioAnswer listing, TwilioAnswer? numbers, TwilioMistakes mistakes)
    {
        var calling = Calling(channel, standing, listing, numbers, mistakes);
        return calling.Status == CheckStatus.Fail && standing.Answer.Reach != ProviderReach.Answered
            ? [calling]
            : [calling, Token(channel, standing, mistakes), .. Account(standing)];
    }

    /// <summary>What Twilio said, with its own code and words.</summary>
    public static string Words(string what, TwilioAnswer answer) => answer.Reach == ProviderReach.Answered
        ? $"{what} and refused: {answer.CodeText} {answer.Error().Text}"
        : $"{what} and gave no answer: {answer.Trouble}";

    private static Check Calling(Channel channel, TwilioStanding standing, TwilioAnswer listing, TwilioAnswer? numbers, TwilioMistakes mistakes)
    {
        TwilioAnswer[] answers = channel.Setting(TwilioChannels.ApiKeySid) is null
            ? [standing.Answer, .. numbers is null ? new[] { listing } : [listing, numbers]]
            : numbers is null ? [listing] : [listing, numbers];
        if (answers.FirstOrDefault(answer => answer.Reach != ProviderReach.Answered) is { } silent) return Unreached(channel, silent);
        if (answers.FirstOrDefault(answer => answer.Status is 429 or >= 500) is { } busy)
            return Check.Warn(Name, $"Twilio could not say: {busy.CodeText} {busy.Error().Text}", "Check again in a minute.");
        if (answers.FirstOrDefault(answer => !answer.IsSuccess && answer.Error().Code != NotPermitted) is { } refused) return Refused(channel, refused, mistakes);
        return Check.Pass(Name, channel.Setting(TwilioChannels.ApiKeySid) is { } key ? $"Twilio takes the API key {key}." : "Twilio takes account and auth token.");
    }

    private static Check Unreached(Channel channel, TwilioAnswer silent) => Check.Fail(
        Name,
        $"Twilio can't be reached: {silent.Trouble}",
        channel.Setting(TwilioChannels.Edge) is null && channel.Setting(TwilioChannels.Region) is null
            ? "See that this deployment may call api.twilio.com by https."
            : "See that settings.region and settings.edge are a region and an edge of Twilio's (e.g. au1 and sydney), and that this deployment may call their host by https.");

    private static Check Refused(Channel channel, TwilioAnswer refused, TwilioMistakes mistakes)
    {
        var (said, key) = ($"({refused.CodeText} {refused.Error().Text})", channel.Setting(TwilioChannels.ApiKeySid));
        return refused.Error().Code switch
        {
            TestCredentials => Check.Fail(Name, $"These are Twilio's test credentials, which send and receive nothing {said}.", CopyToken),
            NotActive => Check.Fail(Name, $"The account is not active {said}.", "See the notice in Twilio's console; a suspended account needs its balance or its compliance case settled."),
            _ when refused.Status == 404 => Check.Fail(
                Name, $"The {(key is null ? "auth token" : "API key")} belongs to another account than {channel.Setting(TwilioChannels.AccountSid)} {said}.",
                "Set settings.accountSid to the account (or subaccount) that the credentials are of: it stands in Twilio's console beside them."),
            _ when mistakes.KeyWithToken => Check.Fail(
                Name, $"The API key {key} is paired with the account's auth token {said}.",
                "Set secrets.apiKeySecret to the secret that Twilio showed once when the key was made; if it is lost, make a new key in Twilio's console (API keys & tokens) and set settings.apiKeySid, too."),
            _ when key is not null => Check.Fail(
                Name, $"Twilio refuses the API key {key} with its secret {said}.{Region(channel)}",
                "Make a standard key in Twilio's console (API keys & tokens, in the region that settings.region names) and set settings.apiKeySid and secrets.apiKeySecret."),
            _ => Check.Fail(Name, $"Twilio refuses account and auth token {said}: they don't belong together, the token was replaced, or the account is suspended.{Region(channel)}", CopyToken),
        };
    }

    private static string Region(Channel channel) => channel.Setting(TwilioChannels.Region) is { } region ? $" Each region has credentials of its own, and these must be of {region}." : string.Empty;

    private static Check Token(Channel channel, TwilioStanding standing, TwilioMistakes mistakes) => standing switch
    {
        { Answer.Reach: not ProviderReach.Answered } or { Answer.Status: 429 or >= 500 } =>
            Check.Warn("auth-token", $"Whether the auth token is right could not be asked: {standing.Answer.CodeText} {standing.Answer.Error().Text}", "Check again in a minute."),
        { Answer.IsSuccess: false } => Check.Fail(
            "auth-token",
            $"The auth token does not open the account ({standing.Answer.CodeText} {standing.Answer.Error().Text}), so Twilio's callbacks can't be proved, and are refused.{Region(channel)}",
            CopyToken),
        { IsPrimary: false } when mistakes.HasSecondary => Check.Warn(
            "auth-token", "secrets.authToken is not the account's primary token, with which Twilio signs; secrets.secondaryAuthToken may be it.", CopyToken),
        { IsPrimary: false } => Check.Fail(
            "auth-token", "secrets.authToken is the account's secondary token. Twilio signs callbacks with the primary one, so they are refused.", CopyToken),
        _ => Check.Pass("auth-token", "The auth token opens the account, so callbacks can be proved by it."),
    };

    private static IEnumerable<Check> Account(TwilioStanding standing)
    {
        if (standing.Status is null) yield break;
        if (standing.Status != "active")
            yield return Check.Fail("account", $"The account is {standing.Status}: it neither sends nor receives.", "See the notice in Twilio's console; a closed account can't be opened again.");
        else if (standing.Type == "Trial")
            yield return Check.Warn(
                "account",
                "This is a trial account: it sends to verified numbers only, and puts its own words before each text.",
                "Verify the numbers you try it with (Twilio's console, Phone Numbers, Verified Caller IDs), or upgrade the account.");
        else yield return Check.Pass("account", "The account is active.");
    }
}
