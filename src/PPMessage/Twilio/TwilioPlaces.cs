using PPMessage.Channels;
using PPMessage.Channels.Setup;

namespace PPMessage.Twilio;

/// <summary>The settings at Twilio which decide where a channel's texts are told, as places; and wishes for them as the forms that Twilio takes. Pure.</summary>
internal static class TwilioPlaces
{
    public const string Url = "smsUrl";
    public const string Fallback = "smsFallbackUrl";
    public const string Application = "smsApplicationSid";

    /// <summary>Of the Messaging Service that has the number: <c>true</c> or <c>false</c>.</summary>
    public const string OnNumber = "useInboundWebhookOnNumber";

    public const string ServiceUrl = "inboundRequestUrl";
    public const string ServiceFallback = "fallbackUrl";

    /// <summary>Of a number. A service that tells our URL already may go on doing so.</summary>
    public static IReadOnlyList<Place> Of(Channel channel, TwilioNumber number, TwilioService? service, string wanted)
    {
        List<Place> places =
        [
            Of(Application, string.IsNullOrEmpty(number.SmsApplicationSid) ? null : number.SmsApplicationSid),
            Of(Url, number.Target.Url, wanted, channel),
            Of(Fallback, number.Target.Fallback, wanted, channel),
        ];
        if (service is null) return places;
        var isTold = !service.UseInboundWebhookOnNumber && HolderOf(service.Target.Url, channel) == PlaceHolder.Ours;
        return [.. places, Of(OnNumber, service, isTold ? "false" : "true")];
    }

    /// <summary>Of a channel that has a service and no number: the service calls for its whole pool.</summary>
    public static IReadOnlyList<Place> Of(Channel channel, TwilioService service, string wanted) =>
    [
        Of(ServiceUrl, service.Target.Url, wanted, channel),
        Of(ServiceFallback, service.Target.Fallback, wanted, channel),
        Of(OnNumber, service, "false"),
    ];

    public static PlaceHolder HolderOf(string? value, Channel channel)
    {
        if (value is null || IsExample(value)) return PlaceHolder.Free;
        return value.Contains($"/hooks/{channel.HookKey}/", StringComparison.Ordinal) ? PlaceHolder.Ours : PlaceHolder.Foreign;
    }

    /// <summary>What Twilio gives new numbers.</summary>
    public static bool IsExample(string value) => value.Contains("://demo.twilio.com/", StringComparison.Ordinal);

    public static IEnumerable<KeyValuePair<string, string>> NumberForm(IEnumerable<Wish> wishes) => wishes.SelectMany(wish => wish.Place switch
    {
        Url => TwilioTarget.Form(wish.Value, "SmsUrl", "SmsMethod"),
        Fallback => TwilioTarget.Form(wish.Value, "SmsFallbackUrl", "SmsFallbackMethod"),
        Application => [new("SmsApplicationSid", wish.Value ?? string.Empty)],
        _ => [],
    });

    public static IEnumerable<KeyValuePair<string, string>> ServiceForm(IEnumerable<Wish> wishes) => wishes.SelectMany(wish => wish.Place switch
    {
        ServiceUrl => TwilioTarget.Form(wish.Value, "InboundRequestUrl", "InboundMethod"),
        ServiceFallback => TwilioTarget.Form(wish.Value, "FallbackUrl", "FallbackMethod"),
        OnNumber when wish.Value is not null => [KeyValuePair.Create("UseInboundWebhookOnNumber", wish.Value)],
        _ => [],
    });

    private static Place Of(string name, string? stands, string wanted, Channel channel) =>
        HolderOf(stands, channel) is var holder && holder == PlaceHolder.Ours ? new(name, stands, wanted, null, holder) : new(name, stands, wanted, stands, holder);

    private static Place Of(string name, string? stands) => new(name, stands, null, stands, stands is null ? PlaceHolder.Free : PlaceHolder.Foreign);

    // Somebody chose it, for all numbers of the pool.
    private static Place Of(string name, TwilioService service, string wanted)
    {
        var stands = service.UseInboundWebhookOnNumber ? "true" : "false";
        return new(name, stands, wanted, stands, stands == wanted ? PlaceHolder.Free : PlaceHolder.Foreign);
    }
}
