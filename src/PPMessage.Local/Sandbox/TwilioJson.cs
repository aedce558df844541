using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PPMessage.Local.Sandbox;

/// <summary>Wire forms of Twilio's API 2010-04-01, after its OpenAPI document (github.com/twilio/twilio-oai).</summary>
internal sealed record ErrorJson(int Code, string Message, string MoreInfo, int Status);

internal sealed record AccountJson(
    string AuthToken,
    string DateCreated,
    string DateUpdated,
    string FriendlyName,
    string OwnerAccountSid,
    string Sid,
    string Status,
    IReadOnlyDictionary<string, string> SubresourceUris,
    string Type,
    string Uri)
{
    public static AccountJson Of(SandboxAccount account)
    {
        var path = $"/2010-04-01/Accounts/{account.Sid}";
        var uris = new Dictionary<string, string> { ["incoming_phone_numbers"] = $"{path}/IncomingPhoneNumbers.json", ["messages"] = $"{path}/Messages.json" };
        var created = TwilioJson.Date(account.CreatedAt);
        return new AccountJson(
            account.AuthToken, created, created, account.FriendlyName, account.OwnerSid ?? account.Sid,
            account.Sid, account.Status, uris, account.Type, $"{path}.json");
    }
}

internal sealed record CapabilitiesJson(bool Voice, bool Sms, bool Mms, bool Fax);

internal sealed record MessageJson
{
    public required string AccountSid { get; init; }
    public string ApiVersion { get; init; } = "2010-04-01";
    public required string Body { get; init; }
    public required string DateCreated { get; init; }
    public required string? DateSent { get; init; }
    public required string DateUpdated { get; init; }
    public required string Direction { get; init; }
    public required int? ErrorCode { get; init; }
    public required string? ErrorMessage { get; init; }
    public required string? From { get; init; }
    public required string? MessagingServiceSid { get; init; }
    public required string NumMedia { get; init; }
    public required string NumSegments { get; init; }
    public string? Price { get; init; }
    public string? PriceUnit { get; init; }
    public required string Sid { get; init; }
    public required string Status { get; init; }
    public required IReadOnlyDictionary<string, string> SubresourceUris { get; init; }
    public required string To { get; init; }
    public required string Uri { get; init; }

    public static MessageJson Of(SandboxMessage message)
    {
        var path = $"/2010-04-01/Accounts/{message.AccountSid}/Messages/{message.Sid}";
        return new MessageJson
        {
            AccountSid = message.AccountSid,
            Body = message.Body,
            DateCreated = TwilioJson.Date(message.CreatedAt),
            DateSent = message.SentAt is { } sent ? TwilioJson.Date(sent) : null,
            DateUpdated = TwilioJson.Date(message.UpdatedAt),
            Direction = message.Direction,
            ErrorCode = message.ErrorCode,
            ErrorMessage = message.ErrorMessage,
            From = message.From,
            MessagingServiceSid = message.MessagingServiceSid,
            NumMedia = message.Media.Count.ToString(CultureInfo.InvariantCulture),
            NumSegments = message.Segments.ToString(CultureInfo.InvariantCulture),
            Sid = message.Sid,
            Status = message.Status,
            SubresourceUris = new Dictionary<string, string> { ["media"] = $"{path}/Media.json" },
            To = message.To,
            Uri = $"{path}.json",
        };
    }
}

internal sealed record MediaJson(string AccountSid, string ContentType, string DateCreated, string DateUpdated, string ParentSid, string Sid, string Uri)
{
    public static MediaJson Of(SandboxMessage message, SandboxMedia media)
    {
        var created = TwilioJson.Date(media.CreatedAt);
        var uri = $"/2010-04-01/Accounts/{message.AccountSid}/Messages/{message.Sid}/Media/{media.Sid}.json";
        return new MediaJson(message.AccountSid, media.ContentType, created, created, message.Sid, media.Sid, uri);
    }
}

/// <summary>What all list answers have in common; the items stand beside it under the resource's own name.</summary>
internal abstract record PageJson
{
    public int End { get; init; }
    public string FirstPageUri { get; init; } = "";
    public string? NextPageUri { get; init; }
    public int Page { get; init; }
    public int PageSize { get; init; }
    public string? PreviousPageUri { get; init; }
    public int Start { get; init; }
    public string Uri { get; init; } = "";
}

internal sealed record MessagesPage : PageJson
{
    public required IReadOnlyList<MessageJson> Messages { get; init; }
}

internal sealed record MediaPage : PageJson
{
    public required IReadOnlyList<MediaJson> MediaList { get; init; }
}

internal sealed record NumbersPage : PageJson
{
    public required IReadOnlyList<NumberJson> IncomingPhoneNumbers { get; init; }
}

[JsonSerializable(typeof(ErrorJson))]
[JsonSerializable(typeof(AccountJson))]
[JsonSerializable(typeof(MessageJson))]
[JsonSerializable(typeof(MediaJson))]
[JsonSerializable(typeof(NumberJson))]
[JsonSerializable(typeof(MessagesPage))]
[JsonSerializable(typeof(MediaPage))]
[JsonSerializable(typeof(NumbersPage))]
[JsonSerializable(typeof(ServiceJson))]
[JsonSerializable(typeof(PooledJson))]
[JsonSerializable(typeof(ServicesPage))]
[JsonSerializable(typeof(PooledPage))]
internal sealed partial class TwilioJson : JsonSerializerContext
{
    /// <summary>Twilio writes text as it is, without <c>\u002B</c>.</summary>
    public static readonly TwilioJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>RFC 2822 in GMT, to the second.</summary>
    public static string Date(DateTimeOffset at) => at.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
}
