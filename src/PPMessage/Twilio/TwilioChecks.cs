using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Twilio;

/// <summary>What is wrong with a channel's number, Messaging Service and URLs. Pure.</summary>
/// <param name="wanted">Our URL with its fragment.</param>
internal sealed class TwilioChecks(Channel channel, HookUrls urls, string wanted)
{
    private const string Pool = "messaging-service";

    private const string Console = "Twilio's console, Phone Numbers, Manage, Active numbers";

    private string Connect => $"POST /api/channels/{channel.Id}/connect";

    private bool HasNumber => channel.Setting(TwilioChannels.PhoneNumber) is not null;

    public IEnumerable<Check> OfNumber(TwilioFoundNumber? found)
    {
        if (found is null) yield break;
        if (!found.Answer.IsSuccess)
            yield return Check.Warn("number", TwilioCredentials.Words("Twilio was asked for the number", found.Answer), OfRefusal(
                found.Answer, "Give the API key the permission to read (and for connect to update) IncomingPhoneNumbers, or use a standard key; till then see yourself that the number's SMS URL is inbound.url."));
        else if (found.Number is not { } number)
            yield return Check.Fail(
                "number", $"The account {channel.Setting(TwilioChannels.AccountSid)} has no number {channel.Setting(TwilioChannels.PhoneNumber)}.",
                $"See in {Console} which account has it: set settings.accountSid or settings.phoneNumber right, or move the number there.");
        else foreach (var check in OfNumber(number)) yield return check;
    }

    /// <summary>At most one check: of several things that are wrong it tells all.</summary>
    /// <param name="number">Null: the channel has none, or it is not to be known.</param>
    public IEnumerable<Check> OfPool(TwilioNumber? number, TwilioPool pool)
    {
        var found = Named(number, pool).Concat(pool.Service is { } service && Override(number, service) is { } check ? [check] : []).ToList();
        if (pool.IsPartial)
            found.Add(Check.Warn(
                Pool, $"The account has more Messaging Services than the {TwilioLookup.MostServices} that were asked for the number.",
                "If it is in one of them, set settings.messagingServiceSid to that."));
        if (found.Count == 0) yield break;
        var wrong = found.Where(one => one.Status != CheckStatus.Pass).ToList();
        yield return wrong.Count == 0 ? found[0] : new Check(Pool, wrong.Max(one => one.Status), string.Join(' ', wrong.Select(one => one.Message)), string.Join(' ', wrong.Select(one => one.Fix)));
    }

    /// <summary>What is called when a text comes, where that is to be known.</summary>
    public IEnumerable<Check> OfTarget(TwilioNumber? number, TwilioService? service)
    {
        if (!channel.InboundEnabled || TargetOf(number, service) is not { } target) yield break;
        yield return OfUrl(target.Url);
        if (target.Fallback == wanted) yield return Check.Pass("sms-fallback-url", "The fall-back URL is ours.");
        else
            yield return Check.Warn(
                "sms-fallback-url",
                target.Fallback is null ? "There is no fall-back URL: a text whose first call fails waits until it is caught up with."
                    : $"The fall-back URL is {target.Fallback}, which is not as it should be: a text whose first call fails waits until it is caught up with.",
                Fix($"put {wanted} into “Primary handler fails” at {Console}"));
    }

    public static Check OfListing(TwilioAnswer listing) => listing switch
    {
        { IsSuccess: true } => Check.Pass("messages", "Messages can be listed, so what was missed can be caught up with."),
        { Status: 429 or >= 500 or 0 } => Check.Warn("messages", TwilioCredentials.Words("Twilio was asked for messages", listing), "Check again in a minute."),
        _ => Check.Fail(
            "messages",
            $"{TwilioCredentials.Words("Twilio was asked for messages", listing)}. So texts that were missed can't be caught up with, and what became of a message whose sending was interrupted can't be known.",
            "Give the API key the permission to read Messages (Twilio's console, API keys & tokens), or use a standard key in settings.apiKeySid and secrets.apiKeySecret."),
    };

    private IEnumerable<Check> OfNumber(TwilioNumber number)
    {
        yield return number.Capabilities switch
        {
            { Sms: false } => Check.Fail("number", $"The number {number.PhoneNumber} can't carry SMS.", "Take a number with the capability SMS (Twilio's console, Phone Numbers, Buy a number) and set settings.phoneNumber in a new channel."),
            { Mms: false } => Check.Warn("number", $"The number {number.PhoneNumber} carries SMS, but no MMS: pictures neither come nor go.", "Nothing, unless pictures are wanted: then take a number with the capability MMS."),
            _ => Check.Pass("number", $"The account has the number {number.PhoneNumber}, and it carries texts."),
        };
        if (!string.IsNullOrEmpty(number.SmsApplicationSid) && channel.InboundEnabled)
            yield return Check.Fail(
                "sms-application", $"The number has the application {number.SmsApplicationSid} set, which overrides its SMS URL.",
                Overwrite($"clear “Configure with” TwiML App at {Console}"));
    }

    private TwilioTarget? TargetOf(TwilioNumber? number, TwilioService? service)
    {
        if (!HasNumber) return service?.Target;
        return service is { UseInboundWebhookOnNumber: false } && IsOurs(service) ? service.Target : number?.Target;
    }

    private IEnumerable<Check> Named(TwilioNumber? number, TwilioPool pool)
    {
        var named = channel.Setting(TwilioChannels.MessagingServiceSid);
        if (pool.IsMissing)
            yield return Check.Fail(Pool, $"There is no Messaging Service {named} in this account.", "Set settings.messagingServiceSid to one of Twilio's console, Messaging, Services, or remove it.");
        else if (pool.Refusal is { } refusal)
            yield return Check.Warn(Pool, $"{TwilioCredentials.Words("Twilio was asked for its Messaging Services", refusal)}.", OfRefusal(
                refusal, "If the number is in a service, see in Twilio's console (Messaging, Services, Integration) that it defers to the sender's webhook; the API key needs the permission to read services."));
        else if (pool is { Configured: false } && number is not null)
            yield return Check.Fail(
                Pool, $"The number {number.PhoneNumber} is not in the Messaging Service {named}{(pool.Service is { } other ? $", but in {Called(other)}" : string.Empty)}, so answers can't leave by both.",
                "Add it to the service's senders (Twilio's console, Messaging, Services, Sender Pool), or set settings.messagingServiceSid right.");
    }

    private Check? Override(TwilioNumber? number, TwilioService service)
    {
        if (!channel.InboundEnabled) return null;
        if (!HasNumber)
            return service.UseInboundWebhookOnNumber
                ? Check.Fail(Pool, $"The Messaging Service {Called(service)} leaves texts to the URL of each number, and this channel has the service only.", Overwrite("choose “Send a webhook” in Twilio's console, Messaging, Services, Integration"))
                : Check.Pass(Pool, $"The Messaging Service {Called(service)} tells texts for its numbers.");
        if (service.UseInboundWebhookOnNumber || IsOurs(service)) return Check.Pass(Pool, $"The Messaging Service {Called(service)} does not get in the way of the number's URL.");
        var instead = service.Target.Url is { } url ? $"{url} is called" : "texts are dropped, and not even listed";
        const string byHand = "choose “Defer to sender's webhook” in Twilio's console, Messaging, Services, Integration";
        return number is null
            ? Check.Warn(Pool, $"The Messaging Service {Called(service)} overrides the SMS URLs of its numbers ({instead}), and whether the number is one of them is not to be known.", Overwrite(byHand))
            : Check.Fail(Pool, $"The number is in the Messaging Service {Called(service)}, which overrides the number's SMS URL: {instead}.", Overwrite(byHand));
    }

    private Check OfUrl(string? url)
    {
        var byHand = $"put {wanted} into “A message comes in” at {Console}, with HTTP POST";
        if (url == wanted) return Check.Pass("sms-url", "Texts are told to this channel, with retries.");
        if (url is null) return Check.Fail("sms-url", "No SMS URL is set: texts are told to nobody.", Fix(byHand));
        if (TwilioPlaces.IsExample(url)) return Check.Fail("sms-url", $"The SMS URL is Twilio's example {url}.", Fix(byHand));
        return urls.OwnerOf(url) switch
        {
            HookOwner.Current => OfOurs(url, byHand),
            HookOwner.Moved => Check.Fail("sms-url", $"The SMS URL {url} is this channel's, but by another address than PPMessage__PublicBaseUrl: its signature can't be right.", Fix(byHand)),
            HookOwner.AnotherChannel => Check.Fail("sms-url", $"The SMS URL is of another channel here: {urls.OtherOf(url)!.Id} ({urls.OtherOf(url)!.Name}).", Overwrite("archive the channel that is too many")),
            HookOwner.Gone => Check.Fail("sms-url", "The SMS URL is of a channel that is not here any more.", Overwrite(byHand)),
            _ => Check.Fail("sms-url", $"The SMS URL is somebody else's: {url}.", Overwrite($"{byHand}. Disconnecting puts theirs back")),
        };
    }

    private Check OfOurs(string url, string byHand)
    {
        if (urls.Read(url).Path != urls.Read(wanted).Path)
            return Check.Fail("sms-url", $"The SMS URL {url} is this channel's, but not the one that takes texts: they are lost.", Fix(byHand));
        return url.StartsWith("GET ", StringComparison.Ordinal)
            ? Check.Warn("sms-url", "Texts are told to this channel by GET, so they stand in every log of URLs on the way.", Fix(byHand))
            : Check.Warn("sms-url", $"The SMS URL is ours, but does not end in {TwilioUrls.Retries}: a call that fails is not made again.", Fix(byHand));
    }

    private bool IsOurs(TwilioService service) => TwilioPlaces.HolderOf(service.Target.Url, urls) == PlaceHolder.Ours;

    // Only where the key lacks it does a permission help.
    private static string OfRefusal(TwilioAnswer refusal, string permit) => refusal.Error().Code == TwilioCredentials.NotPermitted
        ? permit
        : "Check again in a minute; if it stays so, see in Twilio's console how the account and its credentials stand.";

    private string Fix(string byHand) => $"{Connect}; or {byHand}.";

    /// <summary>Where somebody else's stands.</summary>
    private string Overwrite(string byHand) => $"{Connect} with {{\"overwrite\":true}}; or {byHand}.";

    private static string Called(TwilioService service) => service.FriendlyName is { Length: > 0 } name ? $"{service.Sid} ({name})" : service.Sid;
}
