using System.Globalization;

namespace PPMessage.Local.Sandbox;

/// <summary>Wire forms of Messaging Services, after the OpenAPI document of messaging/v1. Their times are ISO 8601.</summary>
internal sealed record ServiceJson(
    string AccountSid,
    string Sid,
    string FriendlyName,
    string? InboundRequestUrl,
    string InboundMethod,
    string? FallbackUrl,
    string FallbackMethod,
    string? StatusCallback,
    bool StickySender,
    bool MmsConverter,
    bool SmartEncoding,
    string ScanMessageContent,
    bool FallbackToLongCode,
    bool AreaCodeGeomatch,
    bool SynchronousValidation,
    int ValidityPeriod,
    bool UseInboundWebhookOnNumber,
    string Usecase,
    string DateCreated,
    string DateUpdated,
    string Url,
    IReadOnlyDictionary<string, string> Links)
{
    public static ServiceJson Of(SandboxService service, Uri api)
    {
        var url = Address(service, api);
        return new ServiceJson(
            service.AccountSid, service.Sid, service.FriendlyName, service.InboundRequestUrl, service.InboundMethod, service.FallbackUrl, service.FallbackMethod,
            null, true, true, true, "inherit", true, true, false, 14400, service.UseInboundWebhookOnNumber, "undeclared",
            Date(service.CreatedAt), Date(service.UpdatedAt), url, new Dictionary<string, string> { ["phone_numbers"] = $"{url}/PhoneNumbers" });
    }

    public static string Address(SandboxService service, Uri api) => new Uri(api, $"{TwilioDoor.Messaging}/Services/{service.Sid}").AbsoluteUri;

    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}

/// <summary>A number as a member of a pool.</summary>
internal sealed record PooledJson(
    string Sid, string AccountSid, string ServiceSid, string PhoneNumber, string CountryCode, IReadOnlyList<string> Capabilities, string DateCreated, string DateUpdated, string Url)
{
    public static PooledJson Of(SandboxNumber number, SandboxService service, Uri api) => new(
        number.Sid, number.AccountSid, service.Sid, number.PhoneNumber, "US", [.. Names(number)], ServiceJson.Date(number.CreatedAt), ServiceJson.Date(number.UpdatedAt),
        $"{ServiceJson.Address(service, api)}/PhoneNumbers/{number.Sid}");

    private static IEnumerable<string> Names(SandboxNumber number)
    {
        if (number.Sms) yield return "SMS";
        if (number.Mms) yield return "MMS";
        if (number.Voice) yield return "Voice";
    }
}

/// <summary>Where a page of a v1 list is among the others; its addresses are whole URLs.</summary>
internal sealed record MetaJson(string Key, int Page, int PageSize, string FirstPageUrl, string? PreviousPageUrl, string Url, string? NextPageUrl)
{
    public static MetaJson Of<T>(HttpRequest request, Cut<T> cut, string key, Uri api) => new(
        key, cut.Page, cut.PageSize, At(request, cut, 0, null, api), cut.Before is null ? null : At(request, cut, cut.Page - 1, cut.Before, api),
        At(request, cut, cut.Page, null, api), cut.After is null ? null : At(request, cut, cut.Page + 1, cut.After, api));

    private static string At<T>(HttpRequest request, Cut<T> cut, int page, string? token, Uri api) =>
        new Uri(api, $"{request.Path}?PageSize={cut.PageSize}&Page={page}{(token is null ? "" : $"&PageToken={token}")}").AbsoluteUri;
}

internal sealed record ServicesPage(IReadOnlyList<ServiceJson> Services, MetaJson Meta);

internal sealed record PooledPage(IReadOnlyList<PooledJson> PhoneNumbers, MetaJson Meta);
