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

    /// <param name="recipient">Who gets it; alone in the To header when every recipient has variables of its own.</param>
    public static byte[] Write(MailRequest request, MailDomain domain, string messageId, MailboxAddress recipient, DateTimeOffset now)
    {
        var transit = Transit(request, domain, recipient, now);
        if (request.Mime is { } mime && MimeBytes.Read(mime).MessageId is null) transit.Add(new("Message-Id", $"<{messageId}>"));
        if (request.Mime is { } whole) return MimeBytes.WithHeaders(whole, transit);
        var fill = Filler(request, recipient);
        var message = new MimeMessage { Subject = fill(request.Subject ?? ""), Date = now, MessageId = messageId, Body = Body(request, domain, fill) };
        message.From.AddRange(MailRequest.Addresses(request.From));
        if (request.RecipientVariables is not null) message.To.Add(recipient);
        else message.To.AddRange(request.To.SelectMany(MailRequest.Addresses));
        message.Cc.AddRange(request.Cc.SelectMany(MailRequest.Addresses));
        foreach (var (name, value) in request.Headers.Where(header => !header.Key.Equals("Message-Id", StringComparison.OrdinalIgnoreCase)))
            message.Headers.Replace(name, Encoding.UTF8, fill(value));
        AddUnsubscribe(request, domain, message);
        return MimeBytes.WithHeaders(MimeBytes.Write(message), transit);
    }

    private static MimeEntity Body(MailRequest request, MailDomain domain, Func<string, string> fill)
    {
        var html = request.Html is { } given ? fill(given) : null;
        if (html is not null && (request.ClickTracking ?? domain.ClickTracking))
            html = Link().Replace(html, match => $"{match.Groups["start"].Value}http://email.{domain.Name}/c/{Sids.New("")}");
        var body = new BodyBuilder { TextBody = request.Plain is { } text ? fill(text) : null, HtmlBody = html ?? request.Template };
        foreach (var file in request.Attachments) body.Attachments.Add(file.Name, file.Content, ContentType.Parse(file.ContentType));
        foreach (var file in request.Inlines)
        {
            var part = body.LinkedResources.Add(file.Name, file.Content, ContentType.Parse(file.ContentType));
            part.Headers.Replace("Content-Id", $"<{file.Name}>");
        }

        return body.ToMessageBody();
    }

    /// <summary>What Mailgun puts first.</summary>
    private static List<KeyValuePair<string, string>> Transit(MailRequest request, MailDomain domain, MailboxAddress recipient, DateTimeOffset now)
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
            headers.Add(new("X-Mailgun-Variables", new JsonObject(request.Variables.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))).ToText()));
        return headers;
    }

    private static void AddUnsubscribe(MailRequest request, MailDomain domain, MimeMessage message)
    {
        if (!domain.UnsubscribeTracking || request.Tracking == false || message.Headers.Contains("List-Unsubscribe")) return;
        message.Headers.Add("List-Unsubscribe", $"<mailto:u+{Sids.New("")}@{domain.Name}>, <https://email.{domain.Name}/u/{Sids.New("")}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }

    /// <summary>Puts <c>%recipient.…%</c> in.</summary>
    private static Func<string, string> Filler(MailRequest request, MailboxAddress recipient)
    {
        if (request.RecipientVariables is null || request.ParsedRecipientVariables() is not { } all) return text => text;
        var own = all[recipient.Address] as JsonObject;
        return text => Variable().Replace(text, match => match.Groups["name"] is { Success: true } name ? own?[name.Value]?.ToString() ?? "" : recipient.Address);
    }

    [GeneratedRegex(@"^<?(?<id>[^<>@\s]+@[^<>@\s]+)>?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"%recipient(\.(?<name>[\w.-]+))?%", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex(
        @"(?<start><a\s[^>]*href=[""'])https?://[^""']+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
