using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Makes of a request the mail that a mailbox gets.</summary>
internal static partial class MailWriter
{
    /// <summary>The sender's own id (<c>h:Message-Id</c>) when it is well formed, without angle brackets.</summary>
    public static string MessageId(MailRequest request, string domain, DateTimeOffset now)
    {
        var wanted = request.Mime is { } mime
            ? $"<{MimeBytes.Read(mime).MessageId}>"
            : request.Headers.FirstOrDefault(header => header.Key.Equals("Message-Id", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        return Id().Match(wanted) is { Success: true } match
            ? match.Groups["id"].Value
            : $"{now.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}.{Sids.New("")[..16]}@{domain}";
    }

    public static bool TracksClicks(MailRequest request, MailDomain domain) => request.ClickTracking ?? domain.ClickTracking;

    /// <summary>By a picture, which a plain text has no room for.</summary>
    public static bool TracksOpens(MailRequest request, MailDomain domain) => request.Html is not null && (request.OpenTracking ?? domain.OpenTracking);

    /// <param name="recipient">Who gets it; alone in the To header when every recipient has variables of its own.</param>
    public static byte[] Write(MailRequest request, MailDomain domain, string messageId, MailboxAddress recipient, DateTimeOffset now)
    {
        var fill = new RecipientFiller(request, recipient.Address);
        var transit = Transit(request, domain, recipient, fill, now);
        if (request.Mime is { } mime && MimeBytes.Read(mime).MessageId is null) transit.Add(new("Message-Id", $"<{messageId}>"));
        if (request.Mime is { } whole) return MimeBytes.WithHeaders(whole, transit);
        var message = new MimeMessage { Subject = fill.In(request.Subject ?? ""), Date = now, MessageId = messageId, Body = Body(request, domain, fill) };
        message.From.AddRange(MailRequest.Addresses(fill.In(request.From)));
        if (request.RecipientVariables is not null) message.To.Add(recipient);
        else message.To.AddRange(request.To.SelectMany(MailRequest.Addresses));
        message.Cc.AddRange(request.Cc.SelectMany(MailRequest.Addresses));
        foreach (var (name, value) in request.Headers.Where(header => !header.Key.Equals("Message-Id", StringComparison.OrdinalIgnoreCase)))
            message.Headers.Replace(name, Encoding.UTF8, fill.In(value));
        AddUnsubscribe(request, domain, message);
        return MimeBytes.WithHeaders(MimeBytes.Write(message), transit);
    }

    private static MimeEntity Body(MailRequest request, MailDomain domain, RecipientFiller fill)
    {
        var html = request.Html is { } given ? fill.In(given) : null;
        if (html is not null && TracksClicks(request, domain)) html = Link().Replace(html, match => match.Groups["start"].Value + TrackedLink.Of(domain.Name, match.Groups["url"].Value));
        if (html is not null && TracksOpens(request, domain)) html += $"<img width=\"1px\" height=\"1px\" alt=\"\" src=\"http://email.{domain.Name}/o/{Sids.New("")}\">";
        var body = new BodyBuilder { TextBody = request.Plain is { } text ? fill.In(text) : null, HtmlBody = html ?? request.Template };
        foreach (var file in request.Attachments) body.Attachments.Add(file.Name, file.Content, ContentType.Parse(file.ContentType));
        foreach (var file in request.Inlines)
        {
            var part = body.LinkedResources.Add(file.Name, file.Content, ContentType.Parse(file.ContentType));
            part.Headers.Replace("Content-Id", $"<{file.Name}>");
        }

        return body.ToMessageBody();
    }

    /// <summary>What Mailgun puts first.</summary>
    private static List<KeyValuePair<string, string>> Transit(MailRequest request, MailDomain domain, MailboxAddress recipient, RecipientFiller fill, DateTimeOffset now)
    {
        var date = MimeKit.Utils.DateUtils.FormatDate(now);
        List<KeyValuePair<string, string>> headers =
        [
            new("Received", $"by {domain.Name} with HTTP id {Sids.New("")[..12]} for <{recipient.Address}>; {date}"),
            new("DKIM-Signature", $"a=rsa-sha256; v=1; c=relaxed/relaxed; d={domain.Name}; s=sandbox; h=From:Subject; bh={Sids.New("")}; b={Sids.New("")}"),
            new("X-Mailgun-Sid", $"Wy{Sids.New("")[..10]}="),
            new("X-Mailgun-Sending-Ip", "127.0.0.1"),
        ];
        headers.AddRange(request.Tags.Select(tag => KeyValuePair.Create("X-Mailgun-Tag", tag)));
        if (request.Variables.Count > 0 && !request.HidesVariables)
            headers.Add(new("X-Mailgun-Variables", new JsonObject(fill.Variables.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))).ToText()));
        return headers;
    }

    private static void AddUnsubscribe(MailRequest request, MailDomain domain, MimeMessage message)
    {
        if (!domain.UnsubscribeTracking || request.Tracking == false || message.Headers.Contains("List-Unsubscribe")) return;
        message.Headers.Add("List-Unsubscribe", $"<mailto:u+{Sids.New("")}@{domain.Name}>, <https://email.{domain.Name}/u/{Sids.New("")}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }

    [GeneratedRegex(@"^<?(?<id>[^<>@\s]+@[^<>@\s]+)>?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex(
        @"(?<start><a\s[^>]*href=[""'])(?<url>https?://[^""']+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
