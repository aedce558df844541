using System.Text.RegularExpressions;
using PPMessage.Channels.Setup;

namespace PPMessage.Mailgun.Setup;

/// <param name="Ours">The channel's webhook signing key; null: not set, or it can't be read.</param>
/// <param name="Told">Null: it was not asked for.</param>
/// <param name="IsConfirmed">Whether a callback has proved ours right.</param>
internal sealed record KeyFacts(string? Ours, string ApiKey, Told<string>? Told, bool IsConfirmed);

/// <summary>The webhook signing key, judged. Pure. It never says a key.</summary>
internal static partial class KeyChecks
{
    private const string Name = "signing-key";

    private const string Fix = "Put the “HTTP webhook signing key” (Mailgun's console, Account settings, API security) into secrets.webhookSigningKey; it is not the API key.";

    public static Check Of(KeyFacts facts) => facts switch
    {
        { Ours: null } => Check.Fail(Name, "The webhook signing key is not set or can't be read: no callback can be verified.", Fix),
        { Told.Value: { } told } when told == facts.Ours => Check.Pass(Name, "The webhook signing key is the account's."),
        { Told.Value: not null } when facts.Ours == facts.ApiKey => Check.Fail(Name, "The webhook signing key is set to the API key, and the account signs with another one: no callback is believed.", Fix),
        { Told.Value: not null } => Check.Fail(Name, "The webhook signing key is not the one that the account signs with: no callback is believed.", Fix),
        { IsConfirmed: true } => Check.Pass(Name, "A callback has proved the webhook signing key right."),
        _ when facts.Ours == facts.ApiKey => Check.Warn(Name, "The webhook signing key is the same as the API key; new accounts begin so, but mostly it is a mistake. It can't be read with this API key, and no callback has proved it yet.", Fix),
        _ when LooksLikeApiKey().IsMatch(facts.Ours) => Check.Warn(Name, "The webhook signing key looks like an API key. It can't be read with this API key, and no callback has proved it yet.", Fix),
        _ => Check.Warn(Name, "The webhook signing key can't be read with this API key, and no callback has proved it yet.", "Compare it with the “HTTP webhook signing key” in Mailgun's console, or connect the webhooks and send a mail: the first callback proves it."),
    };

    // Both kinds of API keys that Mailgun gives out.
    [GeneratedRegex("^(key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LooksLikeApiKey();
}
