using System.Globalization;
using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What the API refuses, in its words where they are known.</summary>
internal static partial class MailRules
{
    public const int MostRecipients = 1000;

    /// <summary>Of all <c>o:</c>, <c>h:</c>, <c>v:</c> and <c>t:</c> fields together.</summary>
    public const int MostOptionBytes = 16 * 1024;

    /// <summary>Null when there is nothing to refuse.</summary>
    public static string? Refuse(MailRequest request, MailDomain domain, bool isMime) =>
        Senders(request, isMime) ?? Recipients(request) ?? Content(request, isMime) ?? Options(request) ?? State(domain, request);

    private static string? Senders(MailRequest request, bool isMime)
    {
        if (isMime) return null;
        if (request.From.Length == 0) return "from parameter is missing";
        return Valid(request.From) ? null : "from parameter is not a valid address. please check documentation";
    }

    private static string? Recipients(MailRequest request)
    {
        if (request.To.Count == 0) return "to parameter is missing";
        foreach (var (name, lines) in ((string, IReadOnlyList<string>)[])[("to", request.To), ("cc", request.Cc), ("bcc", request.Bcc)])
            if (!lines.All(Valid)) return $"{name} parameter is not a valid address. please check documentation";
        return request.Recipients.Count() > MostRecipients ? $"too many recipients, the limit is {MostRecipients}" : null;
    }

    private static string? Content(MailRequest request, bool isMime)
    {
        if (isMime) return request.Mime is null ? "message parameter is missing" : null;
        if (!request.HasBody) return "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified";
        if (request is { Html: not null, Template: not null }) return "Only one parameters 'html' or 'template' is allowed.";
        return request.Subject is null && request.Template is null ? "subject parameter is missing" : null;
    }

    private static string? Options(MailRequest request)
    {
        if (request.OptionBytes > MostOptionBytes) return "Send options (parameters starting with o:, h:, or v:) are limited to 16 kB total";
        if (request.ParsedRecipientVariables is null) return "recipient-variables parameter is not a valid JSON";
        if (request.Headers.Any(header => !HeaderName().IsMatch(header.Key))) return "h: header names must be ASCII";
        return request.DeliveryTime is { } time && DeliveryTime(time) is null ? "o:deliverytime parameter is not a valid RFC 2822 date" : null;
    }

    private static string? State(MailDomain domain, MailRequest request) => domain switch
    {
        { State: "unverified" } => "The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.",
        { State: "disabled" } => $"Domain {domain.Name} is not allowed to send: domain is disabled",
        { Type: "sandbox" } when request.Recipients.Any(one => !domain.AuthorizedRecipients.Contains(one.Address, StringComparer.OrdinalIgnoreCase)) =>
            "Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.",
        _ => null,
    };

    /// <summary>Null when it can't be read.</summary>
    public static DateTimeOffset? DeliveryTime(string text) =>
        MimeKit.Utils.DateUtils.TryParse(text, out var time) || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out time) ? time : null;

    private static bool Valid(string line)
    {
        if (!InternetAddressList.TryParse(line, out var list)) return false;
        var addresses = list.Mailboxes.ToList();
        return addresses.Count > 0 && addresses.All(one => Address().IsMatch(one.Address));
    }

    [GeneratedRegex(@"^[^@\s<>]+@[^@\s<>.]+(\.[^@\s<>.]+)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"^[!-9;-~]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderName();
}
