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

    /// <summary>Of a number. A service that tells our URL already, as it should be told, may go on doing so.</summary>
    public static IReadOnlyList<Place> Of(HookUrls urls, TwilioNumber number, TwilioService? service, string wanted)
    {
        List<Place> places =
        [
            Of(Application, string.IsNullOrEmpty(number.SmsApplicationSid) ? null : number.SmsApplicationSid, number.Sid),
            Of(Url, number.Target.Url, wanted, urls, number.Sid),
            Of(Fallback, number.Target.Fallback, wanted, urls, number.Sid),
        ];
        return service is null ? places : [.. places, OfPool(urls, service, wanted)];
    }

    /// <summary>Of a channel that has a service and no number: the service calls for its whole pool.</summary>
    public static IReadOnlyList<Place> Of(HookUrls urls, TwilioService service, string wanted) =>
    [
        Of(ServiceUrl, service.Target.Url, wanted, urls, service.Sid),
        Of(ServiceFallback, service.Target.Fallback, wanted, urls, service.Sid),
        Of(OnNumber, service, "false"),
    ];

    public static PlaceHolder HolderOf(string? value, HookUrls urls)
    {
        if (value is null || IsExample(value)) return PlaceHolder.Free;
        return urls.OwnerOf(value) is HookOwner.Current or HookOwner.Moved ? PlaceHolder.Ours : PlaceHolder.Foreign;
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

    // While the service tells an old form of our URL, deferring to the number mends it; that takes nobody else's away, and is no harm afterwards.
    private static Place OfPool(HookUrls urls, TwilioService service, string wanted)
    {
        var isTold = !service.UseInboundWebhookOnNumber && service.Target == new TwilioTarget(wanted, wanted);
        var place = Of(OnNumber, service, isTold ? "false" : "true");
        return !place.IsConnected && HolderOf(service.Target.Url, urls) == PlaceHolder.Ours ? place with { Holder = PlaceHolder.Ours, Without = place.Wanted } : place;
    }

    private static Place Of(string name, string? stands, string wanted, HookUrls urls, string resource)
    {
        var holder = HolderOf(stands, urls);
        return new(name, stands, wanted, holder == PlaceHolder.Ours ? null : stands, holder) { Resource = resource };
    }

    private static Place Of(string name, string? stands, string resource) =>
        new(name, stands, null, stands, stands is null ? PlaceHolder.Free : PlaceHolder.Foreign) { Resource = resource };

    // Somebody chose it, for all numbers of the pool.
    private static Place Of(string name, TwilioService service, string wanted)
    {
        var stands = service.UseInboundWebhookOnNumber ? "true" : "false";
        return new(name, stands, wanted, stands, stands == wanted ? PlaceHolder.Free : PlaceHolder.Foreign)
        {
            Resource = service.Sid,
            Caution = $"of the Messaging Service {service.Sid}: replacing it changes where the texts of all numbers of its pool are told",
        };
    }
}
