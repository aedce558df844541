namespace PPMessage.Local.Sandbox;

/// <summary>Whom a text is told. A service that does not defer to its numbers comes before all, then an application, then the number's own URLs.</summary>
/// <param name="Url">Empty: nobody.</param>
internal sealed record InboundTarget(string Url, string Method, string FallbackUrl, string FallbackMethod)
{
    /// <summary>Null: the text is dropped, and nothing is kept of it.</summary>
    public static InboundTarget? Of(SandboxNumber number, SandboxService? service) => service switch
    {
        _ when !number.Sms => null,
        { UseInboundWebhookOnNumber: false, InboundRequestUrl: null } => null,
        { UseInboundWebhookOnNumber: false } => new(service.InboundRequestUrl, service.InboundMethod, service.FallbackUrl ?? "", service.FallbackMethod),
        // What the application does with it is not played.
        _ when number.SmsApplicationSid.Length > 0 => new("", "POST", "", "POST"),
        _ => new(number.SmsUrl, number.SmsMethod, number.SmsFallbackUrl, number.SmsFallbackMethod),
    };
}
