using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>Makes a mail of what somebody at a mailbox writes.</summary>
internal static class LetterWriter
{
    public static byte[] Write(string mailbox, MailToWrite mail, DateTimeOffset now)
    {
        if (mail.Mime is { } mime) return mime;
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        foreach (var file in mail.Files) Attach(body, file);
        var id = mail.MessageId ?? $"{Sids.New("")}@{mailbox[(mailbox.LastIndexOf('@') + 1)..]}";
        var message = new MimeMessage { Subject = mail.Subject, Date = now, MessageId = id, Body = body.ToMessageBody() };
        message.From.AddRange(MailRequest.Addresses(mail.From ?? mailbox));
        message.To.AddRange(mail.To.SelectMany(MailRequest.Addresses));
        message.Cc.AddRange(mail.Cc.SelectMany(MailRequest.Addresses));
        if (mail.InReplyTo is { } replied) message.InReplyTo = replied;
        message.References.AddRange(mail.References);
        foreach (var (name, value) in mail.Headers) message.Headers.Add(name, value);
        return MimeBytes.Write(message);
    }

    /// <summary>As a mail program answers: In-Reply-To, References, Re: and what is answered below.</summary>
    public static MailToWrite Answer(ReceivedMail received, MailToWrite answer) => answer with
    {
        To = answer.To.Count > 0 ? answer.To : received.ReplyTo.Count > 0 ? received.ReplyTo : [received.From],
        Subject = answer.Subject.Length > 0 ? answer.Subject : Re(received.Subject),
        Text = $"{answer.Text}\r\n\r\nOn {MimeKit.Utils.DateUtils.FormatDate(received.At)}, {received.From} wrote:\r\n{Quoted(received.Text ?? "")}",
        InReplyTo = received.MessageId,
        References = [.. received.References, .. received.MessageId is { } id ? [id] : (string[])[]],
    };

    private static string Re(string subject) => subject.StartsWith("Re:", StringComparison.OrdinalIgnoreCase) ? subject : $"Re: {subject}";

    private static string Quoted(string text) => string.Join("\r\n", text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => $"> {line}"));

    private static void Attach(BodyBuilder body, MailFile file)
    {
        var type = ContentType.Parse(file.ContentType);
        if (file.ContentId is { } id) body.LinkedResources.Add(file.Name, file.Content, type).ContentId = id;
        else body.Attachments.Add(file.Name, file.Content, type);
    }
}
