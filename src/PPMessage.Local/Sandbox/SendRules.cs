using System.Text.RegularExpressions;

namespace PPMessage.Local.Sandbox;

/// <summary>The fields of a send that matter here.</summary>
internal sealed record SendRequest(string To, string From, string ServiceSid, string Body, IReadOnlyList<string> MediaUrls, string StatusCallback)
{
    public static SendRequest Of(IFormCollection form) => new(
        form["To"].ToString(),
        form["From"].ToString(),
        form["MessagingServiceSid"].ToString(),
        form["Body"].ToString(),
        [.. form["MediaUrl"].Where(url => !string.IsNullOrEmpty(url)).Select(url => url!)],
        form["StatusCallback"].ToString());
}

/// <summary>What Twilio refuses at once, with the magic numbers of its test credentials (https://www.twilio.com/docs/iam/test-credentials).</summary>
internal static partial class SendRules
{
    /// <summary>UTF-16 units.</summary>
    public const int LongestBody = 1600;

    public const int MostMedia = 10;

    /// <param name="number">The one it leaves by; null when From is not a number of the account.</param>
    /// <param name="isBlocked">Whether a phone has opted out of a sender.</param>
    public static TwilioError? Refuse(SendRequest request, SandboxAccount account, SandboxNumber? number, Func<string, string, bool> isBlocked) =>
        Form(request) ?? Magic(request) ?? Addresses(request, number) ?? Content(request) ?? Standing(request, account, number, isBlocked);

    public static bool IsPhoneNumber(string text) => E164().IsMatch(text);

    private static TwilioError? Form(SendRequest request) => request switch
    {
        { To: "" } => TwilioError.ToMissing(),
        { From: "", ServiceSid: "" } => TwilioError.FromMissing(),
        { Body: "", MediaUrls: [] } => TwilioError.BodyMissing(),
        _ => null,
    };

    private static TwilioError? Magic(SendRequest request) => request switch
    {
        { From: "+15005550001" } => TwilioError.InvalidFrom(request.From),
        { From: "+15005550007" } => TwilioError.FromNotOurs(request.From),
        { From: "+15005550008" } => TwilioError.QueueFull(request.From),
        { To: "+15005550001" } => TwilioError.InvalidTo(request.To),
        { To: "+15005550002" } => TwilioError.NotRoutable(request.To, request.From),
        { To: "+15005550003" } => TwilioError.RegionOff(request.To),
        { To: "+15005550004" } => TwilioError.OptedOut(),
        { To: "+15005550009" } => TwilioError.NotMobile(request.To),
        _ => null,
    };

    private static TwilioError? Addresses(SendRequest request, SandboxNumber? number)
    {
        if (!IsPhoneNumber(request.To)) return TwilioError.InvalidTo(request.To);
        if (request.From == request.To) return TwilioError.SameNumber();
        if (number is { Sms: true }) return null;
        if (request.From.Length == 0) return TwilioError.EmptyService();
        return Sender().IsMatch(request.From) ? TwilioError.FromNotOurs(request.From) : TwilioError.InvalidFrom(request.From);
    }

    private static TwilioError? Content(SendRequest request)
    {
        if (request.Body.Length > LongestBody) return TwilioError.BodyTooLong();
        if (request.MediaUrls.Count > MostMedia) return TwilioError.TooManyMedia();
        if (!request.MediaUrls.All(CallbackUrls.IsValid)) return TwilioError.InvalidMediaUrl();
        return request.StatusCallback.Length > 0 && !CallbackUrls.IsValid(request.StatusCallback) ? TwilioError.InvalidStatusCallback(request.StatusCallback) : null;
    }

    private static TwilioError? Standing(SendRequest request, SandboxAccount account, SandboxNumber? number, Func<string, string, bool> isBlocked)
    {
        if (account.Type == "Trial" && !account.VerifiedNumbers.Contains(request.To)) return TwilioError.Unverified(request.To);
        return number is not null && isBlocked(number.Sender, request.To) ? TwilioError.OptedOut() : null;
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex E164();

    /// <summary>A number, a short code, or a name of up to 11 characters with a letter in it.</summary>
    [GeneratedRegex(@"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sender();
}
