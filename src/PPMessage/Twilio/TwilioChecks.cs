using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Twilio;

/// <summary>What is wrong with a channel's number, Messaging Service and URLs. Pure.</summary>
internal static class TwilioChecks
{
    private const string Console = "Twilio's console, Phone Numbers, Manage, Active numbers";

    /// <summary>What is called when a text comes; null: not to be known.</summary>
    public static TwilioTarget? TargetOf(Channel channel, TwilioNumber? number, TwilioService? service)
    {
        if (number is null) return service?.Target;
        return service is { UseInboundWebhookOnNumber: false } && TwilioPlaces.HolderOf(service.Target.Url, channel) == PlaceHolder.Ours ? service.Target : number.Target;
    }

    public static IEnumerable<Check> OfNumber(Channel channel, TwilioFoundNumber? found)
    {
        var phone = channel.Setting(TwilioChannels.PhoneNumber);
        if (found is null) yield break;
        if (!found.Answer.IsSuccess)
            yield return Check.Warn(
                "number", TwilioCredentials.Words("Twilio was asked for the number", found.Answer),
                "Give the API key the permission to read (and for connect to update) IncomingPhoneNumbers, or use a standard key; till then see yourself that the number's SMS URL is inbound.url.");
        else if (found.Number is not { } number)
            yield return Check.Fail(
                "number", $"The account {channel.Setting(TwilioChannels.AccountSid)} has no number {phone}.",
                $"See in {Console} which account has it: set settings.accountSid or settings.phoneNumber right, or move the number there.");
        else foreach (var check in OfNumber(channel, number)) yield return check;
    }

    public static IEnumerable<Check> OfPool(Channel channel, TwilioNumber? number, TwilioPool pool)
    {
        var named = channel.Setting(TwilioChannels.MessagingServiceSid);
        if (pool.IsMissing)
            yield return Check.Fail("messaging-service", $"There is no Messaging Service {named} in this account.", "Set settings.messagingServiceSid to one of Twilio's console, Messaging, Services, or remove it.");
        else if (pool.Refusal is { } refusal)
            yield return Check.Warn(
                "messaging-service", TwilioCredentials.Words("Twilio was asked for its Messaging Services", refusal),
                "If the number is in a service, see in Twilio's console (Messaging, Services, Integration) that it defers to the sender's webhook; the API key needs the permission to read services.");
        else if (pool is { Configured: false } && number is not null)
            yield return Check.Fail(
                "messaging-service", $"The number {number.PhoneNumber} is not in the Messaging Service {named}{(pool.Service is { } other ? $", but in {Called(other)}" : string.Empty)}, so answers can't leave by both.",
                "Add it to the service's senders (Twilio's console, Messaging, Services, Sender Pool), or set settings.messagingServiceSid right.");
        if (pool.IsPartial)
            yield return Check.Warn(
                "messaging-service", $"The account has more Messaging Services than the {TwilioLookup.MostServices} that were asked for the number.",
                "If it is in one of them, set settings.messagingServiceSid to that.");
        if (pool.Service is { } service && Override(channel, number, service) is { } check) yield return check;
    }

    /// <param name="wanted">Our URL with its fragment.</param>
    /// <param name="whose">The channel of ours that the URL names.</param>
    public static IEnumerable<Check> OfTarget(Channel channel, TwilioTarget target, string wanted, Channel? whose)
    {
        yield return OfUrl(channel, target.Url, wanted, whose);
        if (target.Fallback == wanted) yield return Check.Pass("sms-fallback-url", "The fall-back URL is ours.");
        else
            yield return Check.Warn(
                "sms-fallback-url",
                target.Fallback is null ? "There is no fall-back URL: a text whose first call fails waits until it is caught up with."
                    : $"The fall-back URL is {target.Fallback}, which is not as it should be: a text whose first call fails waits until it is caught up with.",
                Fix(channel, $"put {wanted} into “Primary handler fails” at {Console}"));
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

    private static IEnumerable<Check> OfNumber(Channel channel, TwilioNumber number)
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
                Overwrite(channel, $"clear “Configure with” TwiML App at {Console}"));
    }

    private static Check? Override(Channel channel, TwilioNumber? number, TwilioService service)
    {
        var isOurs = TwilioPlaces.HolderOf(service.Target.Url, channel) == PlaceHolder.Ours;
        if (!channel.InboundEnabled) return null;
        if (number is null)
            return service.UseInboundWebhookOnNumber
                ? Check.Fail("messaging-service", $"The Messaging Service {Called(service)} leaves texts to the URL of each number, and this channel has the service only.", Overwrite(channel, "choose “Send a webhook” in Twilio's console, Messaging, Services, Integration"))
                : Check.Pass("messaging-service", $"The Messaging Service {Called(service)} tells texts for its numbers.");
        if (service.UseInboundWebhookOnNumber || isOurs) return Check.Pass("messaging-service", $"The number is in the Messaging Service {Called(service)}, which does not get in the way.");
        var instead = service.Target.Url is { } url ? $"{url} is called" : "texts are dropped, and not even listed";
        return Check.Fail(
            "messaging-service", $"The number is in the Messaging Service {Called(service)}, which overrides the number's SMS URL: {instead}.",
            Overwrite(channel, "choose “Defer to sender's webhook” in Twilio's console, Messaging, Services, Integration"));
    }

    private static Check OfUrl(Channel channel, string? url, string wanted, Channel? whose)
    {
        var plain = wanted.Split('#')[0];
        var byHand = $"put {wanted} into “A message comes in” at {Console}, with HTTP POST";
        return TwilioPlaces.HolderOf(url, channel) switch
        {
            _ when url == wanted => Check.Pass("sms-url", "Texts are told to this channel, with retries."),
            PlaceHolder.Free when url is null => Check.Fail("sms-url", "No SMS URL is set: texts are told to nobody.", Fix(channel, byHand)),
            PlaceHolder.Free => Check.Fail("sms-url", $"The SMS URL is Twilio's example {url}.", Fix(channel, byHand)),
            PlaceHolder.Ours when url == $"GET {wanted}" || url == $"GET {plain}" => Check.Warn("sms-url", "Texts are told to this channel by GET, so they stand in every log of URLs on the way.", Fix(channel, byHand)),
            PlaceHolder.Ours when url!.StartsWith(plain, StringComparison.Ordinal) =>
                Check.Warn("sms-url", $"The SMS URL is ours, but does not end in {TwilioUrls.Retries}: a call that fails is not made again.", Fix(channel, byHand)),
            PlaceHolder.Ours => Check.Fail("sms-url", $"The SMS URL {url} is this channel's, but by another address than PPMessage__PublicBaseUrl: its signature can't be right.", Fix(channel, byHand)),
            _ when whose is not null => Check.Fail("sms-url", $"The SMS URL is of another channel here: {whose.Id} ({whose.Name}).", Overwrite(channel, "archive the channel that is too many")),
            _ when url!.StartsWith(plain[..plain.IndexOf("/hooks/", StringComparison.Ordinal)] + "/hooks/", StringComparison.Ordinal) =>
                Check.Fail("sms-url", "The SMS URL is of a channel that is not here any more.", Overwrite(channel, byHand)),
            _ => Check.Fail("sms-url", $"The SMS URL is somebody else's: {url}.", Overwrite(channel, $"{byHand}. Disconnecting puts theirs back")),
        };
    }

    private static string Fix(Channel channel, string? byHand = null) => Fix($"POST /api/channels/{channel.Id}/connect", byHand);

    /// <summary>Where somebody else's stands.</summary>
    private static string Overwrite(Channel channel, string? byHand = null) => Fix($"POST /api/channels/{channel.Id}/connect with {{\"overwrite\":true}}", byHand);

    private static string Fix(string connect, string? byHand) => byHand is null ? $"{connect}." : $"{connect}; or {byHand}.";

    private static string Called(TwilioService service) => service.FriendlyName is { Length: > 0 } name ? $"{service.Sid} ({name})" : service.Sid;
}
