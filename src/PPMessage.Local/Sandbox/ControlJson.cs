using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace PPMessage.Local.Sandbox;

internal sealed record TextRequest(string To, string? Text = null, IReadOnlyList<TextMedia>? Media = null);

/// <summary>Either <paramref name="Base64"/> with its type, or a <paramref name="Url"/> that the sandbox fetches.</summary>
internal sealed record TextMedia(string? ContentType = null, byte[]? Base64 = null, string? Url = null);

/// <param name="Calls">How often the application was called.</param>
/// <param name="Twiml">What it answered.</param>
/// <param name="Error">Twilio's code when that was no good.</param>
internal sealed record TextAnswer(string Sid, int Calls, int? StatusCode, string? Twiml, int? Error)
{
    public static TextAnswer Of(InboundResult result) =>
        new(result.Sid, result.Callbacks.Count, result.Callback?.StatusCode, result.Callback?.Answer, result.Callback?.Error);
}

internal sealed record CallbackJson(
    string Kind,
    string Method,
    string Url,
    IReadOnlyDictionary<string, string> Fields,
    int Attempt,
    DateTimeOffset At,
    int? StatusCode,
    string? ContentType,
    string Answer,
    int? Error)
{
    public static CallbackJson Of(CallbackRecord callback) => new(
        callback.Kind, callback.Method, callback.Url, callback.Fields.ToDictionary(), callback.Attempt,
        callback.At, callback.StatusCode, callback.ContentType, callback.Answer, callback.Error);
}

internal sealed record MisbehaveRequest(IReadOnlyList<Misbehaviour> Next);

/// <summary>What is not given stays as it is; of a new account it is made up.</summary>
/// <param name="ApiKeyMay">What its API key may (<see cref="KeyPermissions"/>); <c>["all"]</c> makes it a Standard key again.</param>
internal sealed record AccountRequest(
    string? Sid = null,
    string? AuthToken = null,
    string? SecondaryAuthToken = null,
    string? ApiKeySid = null,
    string? ApiKeySecret = null,
    IReadOnlyList<string>? ApiKeyMay = null,
    bool? IsTest = null,
    string? FriendlyName = null,
    string? Type = null,
    string? Status = null,
    string? OwnerSid = null,
    IReadOnlyList<string>? VerifiedNumbers = null)
{
    public SandboxAccount ApplyTo(SandboxAccount account) => account with
    {
        AuthToken = AuthToken ?? account.AuthToken,
        SecondaryAuthToken = SecondaryAuthToken ?? account.SecondaryAuthToken,
        ApiKeySid = ApiKeySid ?? account.ApiKeySid,
        ApiKeySecret = ApiKeySecret ?? account.ApiKeySecret,
        ApiKeyMay = ApiKeyMay is null ? account.ApiKeyMay : ApiKeyMay is ["all"] ? null : ApiKeyMay,
        IsTest = IsTest ?? account.IsTest,
        FriendlyName = FriendlyName ?? account.FriendlyName,
        Type = Type ?? account.Type,
        Status = Status ?? account.Status,
        OwnerSid = OwnerSid ?? account.OwnerSid,
        VerifiedNumbers = VerifiedNumbers ?? account.VerifiedNumbers,
    };
}

/// <summary>What is not given stays as it is, or takes the default of a new number. An empty service or application takes it away.</summary>
internal sealed record NumberRequest(
    string PhoneNumber,
    string? AccountSid = null,
    string? FriendlyName = null,
    string? SmsUrl = null,
    string? SmsMethod = null,
    string? SmsFallbackUrl = null,
    string? SmsApplicationSid = null,
    string? MessagingServiceSid = null,
    bool? AdvancedOptOut = null,
    bool? Sms = null,
    bool? Mms = null,
    bool? Voice = null)
{
    public SandboxNumber ApplyTo(SandboxNumber number) => number with
    {
        FriendlyName = FriendlyName ?? number.FriendlyName,
        SmsUrl = SmsUrl ?? number.SmsUrl,
        SmsMethod = SmsMethod ?? number.SmsMethod,
        SmsFallbackUrl = SmsFallbackUrl ?? number.SmsFallbackUrl,
        SmsApplicationSid = SmsApplicationSid ?? number.SmsApplicationSid,
        MessagingServiceSid = MessagingServiceSid switch { null => number.MessagingServiceSid, "" => null, var service => service },
        AdvancedOptOut = AdvancedOptOut ?? number.AdvancedOptOut,
        Sms = Sms ?? number.Sms,
        Mms = Mms ?? number.Mms,
        Voice = Voice ?? number.Voice,
    };
}

/// <summary>What is not given stays as it is, or takes the default of a new service. An empty URL takes it away.</summary>
internal sealed record ServiceRequest(
    string? Sid = null, string? AccountSid = null, string? FriendlyName = null, string? InboundRequestUrl = null, string? FallbackUrl = null, bool? UseInboundWebhookOnNumber = null)
{
    public SandboxService ApplyTo(SandboxService service) => service with
    {
        FriendlyName = FriendlyName ?? service.FriendlyName,
        InboundRequestUrl = InboundRequestUrl switch { null => service.InboundRequestUrl, "" => null, var url => url },
        FallbackUrl = FallbackUrl switch { null => service.FallbackUrl, "" => null, var url => url },
        UseInboundWebhookOnNumber = UseInboundWebhookOnNumber ?? service.UseInboundWebhookOnNumber,
    };
}

internal sealed record Items<T>([property: JsonPropertyName("items")] IReadOnlyList<T> All);

/// <summary>A kind alone (<c>"429"</c>), or an object with a kind and its details.</summary>
internal sealed class MisbehaviourConverter : JsonConverter<Misbehaviour>
{
    private static readonly HashSet<string> Bodies = ["html", "empty", "json"];

    public override Misbehaviour Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = reader.TokenType switch
        {
            JsonTokenType.String => new Misbehaviour(reader.GetString()!),
            JsonTokenType.Number => new Misbehaviour(reader.GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _ => JsonSerializer.Deserialize(ref reader, ControlJson.Wire.MisbehaviourJson)!.ToMisbehaviour(),
        };
        return Mistake(read) is { } mistake ? throw new JsonException(mistake) : read;
    }

    public override void Write(Utf8JsonWriter writer, Misbehaviour value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, MisbehaviourJson.Of(value), ControlJson.Wire.MisbehaviourJson);

    private static string? Mistake(Misbehaviour read)
    {
        if (!Misbehaviour.Kinds.Contains(read.Kind)) return $"'{read.Kind}' is no kind of misbehaviour: {string.Join(", ", Misbehaviour.Kinds)}.";
        if (!Misbehaviour.FinalStatuses.Contains(read.Status)) return $"'{read.Status}' is no final status: {string.Join(", ", Misbehaviour.FinalStatuses)}.";
        if (!Bodies.Contains(read.Body)) return $"'{read.Body}' is no body: {string.Join(", ", Bodies)}.";
        return read.Count is < 1 or > 100 ? "count must be from 1 to 100." : null;
    }
}

internal sealed record MisbehaviourJson
{
    public required string Kind { get; init; }
    public int? Count { get; init; }
    public bool? Standing { get; init; }
    public string? Path { get; init; }

    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? By { get; init; }

    public string? Body { get; init; }
    public string? Status { get; init; }
    public int? Code { get; init; }

    public static MisbehaviourJson Of(Misbehaviour one) => new()
    {
        Kind = one.Kind, Count = one.Count, Standing = one.Standing, Path = one.Path, By = one.By, Body = one.Body, Status = one.Status, Code = one.Code,
    };

    public Misbehaviour ToMisbehaviour()
    {
        var usual = new Misbehaviour(Kind);
        return usual with { Count = Count ?? usual.Count, Standing = Standing ?? false, Path = Path, By = By, Body = Body ?? usual.Body, Status = Status ?? usual.Status, Code = Code };
    }
}

/// <summary>ISO 8601 (<c>PT2S</c>).</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return XmlConvert.ToTimeSpan(reader.GetString()!);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new JsonException("must be an ISO 8601 duration such as PT2S.", e);
        }
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
}

[JsonSerializable(typeof(TextRequest))]
[JsonSerializable(typeof(TextAnswer))]
[JsonSerializable(typeof(MisbehaveRequest))]
[JsonSerializable(typeof(MisbehaviourJson))]
[JsonSerializable(typeof(AccountRequest))]
[JsonSerializable(typeof(NumberRequest))]
[JsonSerializable(typeof(SandboxAccount))]
[JsonSerializable(typeof(SandboxNumber))]
[JsonSerializable(typeof(ServiceRequest))]
[JsonSerializable(typeof(SandboxService))]
[JsonSerializable(typeof(Items<ReceivedText>))]
[JsonSerializable(typeof(Items<CallbackJson>))]
[JsonSerializable(typeof(Items<ApiRequest>))]
[JsonSerializable(typeof(Items<Misbehaviour>))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    public static readonly ControlJson Wire = new(Settings);

    /// <summary>New ones each time: a context keeps those that it gets.</summary>
    public static JsonSerializerOptions Settings => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
