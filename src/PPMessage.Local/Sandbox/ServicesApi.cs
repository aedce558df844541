using Microsoft.AspNetCore.Http.HttpResults;

namespace PPMessage.Local.Sandbox;

/// <summary><c>/v1/Services</c>: Messaging Services and the numbers in their pools (twilio.com/docs/messaging/api/service-resource).</summary>
internal sealed class ServicesApi(SandboxState state, Func<Uri> api, TimeProvider time)
{
    public void Map(IEndpointRouteBuilder messaging)
    {
        messaging.MapGet("/Services", List);
        messaging.MapGet("/Services/{sid}", Get);
        messaging.MapPost("/Services/{sid}", (Delegate)ChangeAsync);
        messaging.MapGet("/Services/{sid}/PhoneNumbers", ListPooled);
        messaging.MapGet("/Services/{sid}/PhoneNumbers/{number}", GetPooled);
    }

    private JsonHttpResult<ServicesPage> List(HttpContext context)
    {
        var cut = Cut<SandboxService>.Of(context.Request.Query, state.Services(context.Account().Sid), service => service.Sid, _ => true);
        var page = new ServicesPage([.. cut.Items.Select(service => ServiceJson.Of(service, api()))], MetaJson.Of(context.Request, cut, "services", api()));
        return TypedResults.Json(page, TwilioJson.Wire.ServicesPage);
    }

    private IResult Get(HttpContext context, string sid) =>
        Find(context, sid) is { } service ? Answer(service) : TwilioError.NotFound(context.Request).Result();

    private async Task<IResult> ChangeAsync(HttpContext context, string sid)
    {
        if (Find(context, sid) is not { } service) return TwilioError.NotFound(context.Request).Result();
        var form = await context.FormAsync();
        if (ServiceChange.Refuse(form) is { } refusal) return refusal.Result();
        var changed = ServiceChange.Apply(service, form) with { UpdatedAt = time.GetUtcNow() };
        state.Put(changed);
        return Answer(changed);
    }

    private IResult ListPooled(HttpContext context, string sid)
    {
        if (Find(context, sid) is not { } service) return TwilioError.NotFound(context.Request).Result();
        var cut = Cut<SandboxNumber>.Of(context.Request.Query, state.Numbers(service.AccountSid), number => number.Sid, number => number.MessagingServiceSid == sid);
        var page = new PooledPage([.. cut.Items.Select(number => PooledJson.Of(number, service, api()))], MetaJson.Of(context.Request, cut, "phone_numbers", api()));
        return TypedResults.Json(page, TwilioJson.Wire.PooledPage);
    }

    private IResult GetPooled(HttpContext context, string sid, string number) =>
        Find(context, sid) is { } service && state.Numbers(service.AccountSid).FirstOrDefault(one => one.Sid == number && one.MessagingServiceSid == sid) is { } pooled
            ? TypedResults.Json(PooledJson.Of(pooled, service, api()), TwilioJson.Wire.PooledJson)
            : TwilioError.NotFound(context.Request).Result();

    private SandboxService? Find(HttpContext context, string sid) => state.Service(sid) is { } service && service.AccountSid == context.Account().Sid ? service : null;

    private JsonHttpResult<ServiceJson> Answer(SandboxService service) => TypedResults.Json(ServiceJson.Of(service, api()), TwilioJson.Wire.ServiceJson);
}

/// <summary>What a form changes of a service; fields that it does not name stay, an empty URL is taken away.</summary>
internal static class ServiceChange
{
    private static readonly string[] Urls = ["InboundRequestUrl", "FallbackUrl"];
    private static readonly string[] Methods = ["InboundMethod", "FallbackMethod"];

    public static TwilioError? Refuse(IFormCollection form) => CallbackForm.Refuse(form, Urls, Methods);

    public static SandboxService Apply(SandboxService service, IFormCollection form) => service with
    {
        FriendlyName = Text(form, "FriendlyName", service.FriendlyName) ?? "",
        InboundRequestUrl = Text(form, "InboundRequestUrl", service.InboundRequestUrl),
        InboundMethod = Text(form, "InboundMethod", service.InboundMethod) ?? "POST",
        FallbackUrl = Text(form, "FallbackUrl", service.FallbackUrl),
        FallbackMethod = Text(form, "FallbackMethod", service.FallbackMethod) ?? "POST",
        UseInboundWebhookOnNumber = bool.TryParse(form["UseInboundWebhookOnNumber"], out var defers) ? defers : service.UseInboundWebhookOnNumber,
    };

    private static string? Text(IFormCollection form, string name, string? current) =>
        !form.TryGetValue(name, out var value) ? current : value.ToString() is { Length: > 0 } text ? text : null;
}
