using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>What an answer to "send this" means. Pure. Source: documentation.mailgun.com, "Send an email", errors.</summary>
internal static partial class MailgunOutcome
{
    /// <summary>How long a channel is left alone whose key, region or domain Mailgun refuses.</summary>
    public static readonly TimeSpan BrokenChannelAfter = TimeSpan.FromMinutes(5);

    /// <summary>How Mailgun answers a malformed path, also with 200: it knows nothing of mails there.</summary>
    private const string FrontDoor = "Mailgun Magnificent API";

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>A wait beyond this is cut: somebody would have forgotten the message.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    public static SendOutcome Of(ProviderAnswer answer, OutboundMessage message, DateTimeOffset now) => answer switch
    {
        { Reach: ProviderReach.NotWritten } => new SendOutcome.TryLater("no-answer", answer.Trouble, Backoff.Of(message)),
        { Reach: ProviderReach.Unclear } => new SendOutcome.Unknown("no-answer", Doubt("Mailgun did not answer in time, or the connection broke")),
        { IsSuccess: true } => Taken(answer),

        // Who comes behind it would be refused as well, and nobody of them can help it.
        _ when message.Campaign is not null && OfAccount(answer) is { } later => later,
        { Status: 401 or 403 or 404 } => new SendOutcome.TryLater(Code(answer), Broken(answer), BrokenChannelAfter),
        { Status: 429 } => new SendOutcome.TryLater(Code(answer), Said(answer), Wait(answer, now) ?? Backoff.Of(message)),
        { Status: 402 } => new SendOutcome.Refused(Code(answer), Unpaid(answer)),
        { Status: >= 400 and < 500 and not 408 } => new SendOutcome.Refused(Code(answer), Refusal(answer)),

        // 5xx, a time-out on the way (408), a redirect that we don't follow: it may have been sent.
        _ => new SendOutcome.Unknown(Code(answer), Doubt($"Mailgun answered {answer.Status}")),
    };

    /// <summary>
    /// Of many at once: refused is what fewer recipients may mend (an address, a size, a domain that may not send to so many yet); what stands against the account
    /// or the domain would be refused for each of them, too, and waits.
    /// </summary>
    public static SendOutcome OfBatch(ProviderAnswer answer, OutboundBatch batch, DateTimeOffset now) => answer switch
    {
        { Reach: ProviderReach.Answered, Status: 403 } when IsOfBatch(answer) => new SendOutcome.Refused(Code(answer), Said(answer)),
        { Reach: ProviderReach.Answered } when OfAccount(answer) is { } later => later,
        _ => Of(answer, batch.Messages[0], now),
    };

    /// <summary>What stands against the account or the domain; null: nothing does.</summary>
    private static SendOutcome.TryLater? OfAccount(ProviderAnswer answer) => answer switch
    {
        { Status: 402 } => new(Code(answer), Unpaid(answer), BrokenChannelAfter),
        { Status: 400 } when IsOfDomain(answer) => new(Code(answer), Said(answer), BrokenChannelAfter),
        _ => null,
    };

    private static string Unpaid(ProviderAnswer answer) => $"Mailgun wants to be paid first: {Said(answer)}";

    private static bool IsOfBatch(ProviderAnswer answer) => Said(answer).Contains("batch", StringComparison.OrdinalIgnoreCase);

    private static bool IsOfDomain(ProviderAnswer answer) =>
        !IsOfBatch(answer) && (Said(answer).Contains("not allowed to send", StringComparison.OrdinalIgnoreCase) || Said(answer).Contains("domain is unverified", StringComparison.OrdinalIgnoreCase));

    private static string Doubt(string what) =>
        $"{what}: whether it took the mail is being found out, which can take half an hour. Whoever sends it again before that may send it twice.";

    /// <summary>Whether nothing goes out by the channel until somebody repairs it.</summary>
    public static bool IsChannelBroken(ProviderAnswer answer) => answer is { Reach: ProviderReach.Answered, Status: 401 or 403 or 404 };

    public static string Code(ProviderAnswer answer) => answer.Reach == ProviderReach.Answered ? $"HTTP {answer.Status}" : "no-answer";

    /// <summary>Mailgun's words: the message of a JSON object, a JSON text, or the body itself.</summary>
    public static string Said(ProviderAnswer answer)
    {
        if (answer.Reach != ProviderReach.Answered) return answer.Trouble;
        var json = Parse(answer.Body);
        var text = json.Text("message") ?? json.Text("Error") ?? json.Text("Reason") ?? json.Text() ?? answer.Body;
        return ForeignWords.Short(text) is { Length: > 0 } said && !said.StartsWith('<') ? said : $"Mailgun answered {answer.Status} without saying why.";
    }

    public static JsonElement Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static SendOutcome Taken(ProviderAnswer answer)
    {
        if (Parse(answer.Body).Text("id")?.Trim().TrimStart('<').TrimEnd('>') is { Length: > 0 } id) return new SendOutcome.Accepted(id, DeliveryStates.Sending);
        return answer.Body.Contains(FrontDoor, StringComparison.OrdinalIgnoreCase)
            ? new SendOutcome.Refused(Code(answer), $"What answered is not Mailgun's message API: the channel's domain is malformed, or the base URL is wrong ({Said(answer)}).")
            : new SendOutcome.Unknown(Code(answer), Doubt($"Mailgun answered {answer.Status} without the id of a mail"));
    }

    // 403 has other reasons as well: an IP address that is not ours to use, a domain that is too new.
    private static string Broken(ProviderAnswer answer) => answer.Status == 403 && Said(answer) is var said && !said.Contains("Forbidden", StringComparison.OrdinalIgnoreCase)
        ? $"Mailgun refuses it for now: {said}"
        : $"Mailgun does not know this key or this domain here: wrong API key, wrong region (us or eu), or the domain is not set up ({Said(answer)}).";

    private static string Refusal(ProviderAnswer answer) => answer.Status == 413 ? $"The mail is too large for Mailgun: {Said(answer)}" : Said(answer);

    private static TimeSpan? Wait(ProviderAnswer answer, DateTimeOffset now)
    {
        var wait = Reset(answer, now) ?? Told(Said(answer), now);
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, ShortestWait.Ticks, LongestWait.Ticks));
    }

    // Seconds since 1970, with a fraction. Source: mailgun-go, which reads it.
    private static TimeSpan? Reset(ProviderAnswer answer, DateTimeOffset now) =>
        double.TryParse(answer.Header("X-RateLimit-Reset"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e11
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) - now
            : null;

    private static TimeSpan? Told(string text, DateTimeOffset now)
    {
        if (AfterSeconds().Match(text) is { Success: true } after && int.TryParse(after.Groups["seconds"].Value, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
        return AfterDate().Match(text) is { Success: true } date && MimeKit.Utils.DateUtils.TryParse(date.Groups["date"].Value, out var at) ? at - now : null;
    }

    [GeneratedRegex(@"after (?<seconds>\d{1,9}) second", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AfterSeconds();

    [GeneratedRegex(@"after (?<date>[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d [+\-A-Z0-9]{1,5})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AfterDate();
}
