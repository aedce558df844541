using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PPMessage.Twilio;

/// <summary>What matters here of an IncomingPhoneNumber (twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). Absent texts are null or empty.</summary>
internal sealed record TwilioNumber
{
    public string Sid { get; init; } = string.Empty;

    public string PhoneNumber { get; init; } = string.Empty;

    public TwilioCapabilities? Capabilities { get; init; }

    public string? SmsUrl { get; init; }

    public string? SmsMethod { get; init; }

    public string? SmsFallbackUrl { get; init; }

    public string? SmsFallbackMethod { get; init; }

    /// <summary>When set, all SMS URLs of the number are ignored.</summary>
    public string? SmsApplicationSid { get; init; }

    public TwilioTarget Target => TwilioTarget.Of(SmsUrl, SmsMethod, SmsFallbackUrl, SmsFallbackMethod);
}

internal sealed record TwilioCapabilities(bool Sms, bool Mms);

/// <summary>What matters here of a Messaging Service (twilio.com/docs/messaging/api/service-resource).</summary>
internal sealed record TwilioService
{
    public string Sid { get; init; } = string.Empty;

    public string? FriendlyName { get; init; }

    /// <summary>Null: texts to the pool's numbers are dropped, and not even listed.</summary>
    public string? InboundRequestUrl { get; init; }

    public string? InboundMethod { get; init; }

    public string? FallbackUrl { get; init; }

    public string? FallbackMethod { get; init; }

    /// <summary>Whether the numbers' own URLs are called instead.</summary>
    public bool UseInboundWebhookOnNumber { get; init; }

    public TwilioTarget Target => TwilioTarget.Of(InboundRequestUrl, InboundMethod, FallbackUrl, FallbackMethod);
}

/// <summary>Where texts are told. Each is a URL, with <c>GET </c> before it where that is the method; null: nowhere.</summary>
internal sealed record TwilioTarget(string? Url, string? Fallback)
{
    private const string Get = "GET ";

    public static TwilioTarget Of(string? url, string? method, string? fallback, string? fallbackMethod) => new(Fold(url, method), Fold(fallback, fallbackMethod));

    /// <summary>A value as the form fields that write it; a URL that is taken away leaves its method.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Form(string? value, string urlField, string methodField)
    {
        var isGet = value is not null && value.StartsWith(Get, StringComparison.Ordinal);
        yield return new(urlField, isGet ? value![Get.Length..] : value ?? string.Empty);
        if (value is not null) yield return new(methodField, isGet ? "GET" : "POST");
    }

    private static string? Fold(string? url, string? method) => string.IsNullOrEmpty(url) ? null : method == "GET" ? Get + url : url;
}

internal sealed record TwilioNumbersPage(IReadOnlyList<TwilioNumber>? IncomingPhoneNumbers);

internal sealed record TwilioServicesPage(IReadOnlyList<TwilioService>? Services, TwilioServicesMeta? Meta);

internal sealed record TwilioServicesMeta(string? NextPageUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(TwilioNumbersPage))]
[JsonSerializable(typeof(TwilioServicesPage))]
[JsonSerializable(typeof(TwilioService))]
internal sealed partial class TwilioSetupJson : JsonSerializerContext
{
    static TwilioSetupJson() => Default = new TwilioSetupJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));

    /// <summary>Null when the text is something else.</summary>
    public static T? Read<T>(string json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
