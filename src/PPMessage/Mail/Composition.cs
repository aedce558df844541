using MimeKit;

namespace PPMessage.Mail;

/// <summary>Puts together what the parts of a mail say.</summary>
internal static class Composition
{
    private static readonly string[] ForwardMarks = ["fw:", "fwd:", "fw：", "转发:", "转发：", "轉寄:", "轉寄：", "wg:", "tr:", "rv:", "i:", "пересылка:", "転送:"];

    public static ParsedMail Of(MimeMessage message, List<string> oddities)
    {
        var parts = new BodyParts(oddities);
        Guarded(() => parts.Add(message.Body), oddities);
        var headers = message.Headers;
        var subject = MailHeaders.Text(headers, "Subject");
        var body = MailBody.Of(parts, IsForwarded(subject), oddities);
        var from = First(headers, "From") ?? First(headers, "Sender");
        if (from is null) oddities.Add("The mail names no usable sender.");
        return new()
        {
            MessageId = MessageIds.First(MailHeaders.Text(headers, "Message-Id")),
            References = MessageIds.Chain(MailHeaders.All(headers, "References"), MailHeaders.All(headers, "In-Reply-To")),
            From = from,
            ReplyTo = First(headers, "Reply-To"),
            To = MailHeaders.Addresses(headers, "To"),
            Cc = MailHeaders.Addresses(headers, "Cc"),
            Subject = subject,
            Date = MailHeaders.Date(headers),
            Text = body.Text,
            FullText = body.FullText,
            Html = body.Html,
            Files = parts.Files.All,
            Verdicts = Verdicts.Of(headers),
            AutomaticBecause = AutomaticMail.Because(headers, from, subject),
            Report = Reports.Of(message, parts, body.FullText, from, subject),
            Oddities = oddities,
        };
    }

    /// <summary>What was found before the fault stays.</summary>
    private static void Guarded(Action read, List<string> oddities)
    {
        try
        {
            read();
        }
        catch (Exception e) when (!MailReader.IsNotOfContent(e))
        {
            oddities.Add("A part of the mail could not be read.");
        }
    }

    private static MailAddress? First(HeaderList headers, string field) => MailHeaders.Addresses(headers, field) is [var first, ..] ? first : null;

    /// <summary>Who forwards wants the other mail to be read.</summary>
    private static bool IsForwarded(string? subject) => ForwardMarks.Any(mark => subject?.StartsWith(mark, StringComparison.OrdinalIgnoreCase) == true);
}
