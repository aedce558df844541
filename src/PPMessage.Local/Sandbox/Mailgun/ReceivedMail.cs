using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>What a mailbox has got. Ids are without angle brackets.</summary>
internal sealed record ReceivedMail(byte[] Mime, DateTimeOffset At)
{
    public required string From { get; init; }
    public IReadOnlyList<string> To { get; init; } = [];
    public IReadOnlyList<string> Cc { get; init; } = [];
    public IReadOnlyList<string> ReplyTo { get; init; } = [];
    public string Subject { get; init; } = "";
    public string? Text { get; init; }
    public string? Html { get; init; }
    public string? MessageId { get; init; }
    public string? InReplyTo { get; init; }
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Their names, with parts of the HTML.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Whose it is.</summary>
    public string Mailbox { get; init; } = "";

    /// <summary>Its place in the mailbox; 1 is the oldest that it ever got.</summary>
    public int Number { get; init; }

    /// <summary>What the API took on; null: it came from elsewhere.</summary>
    public SentMail? Sent { get; init; }

    public static ReceivedMail Of(byte[] mime, DateTimeOffset now)
    {
        var message = MimeBytes.Read(mime);
        return new ReceivedMail(mime, now)
        {
            From = message.From.ToString(),
            To = [.. message.To.Select(address => address.ToString())],
            Cc = [.. message.Cc.Select(address => address.ToString())],
            ReplyTo = [.. message.ReplyTo.Select(address => address.ToString())],
            Subject = message.Subject ?? "",
            Text = message.TextBody,
            Html = message.HtmlBody,
            MessageId = message.MessageId,
            InReplyTo = message.InReplyTo,
            References = [.. message.References],
            Attachments = [.. MimeBytes.Files(message).Select(file => file.Name)],
            Headers = [.. message.Headers.Select(header => KeyValuePair.Create(header.Field, header.Value))],
        };
    }

    /// <summary>The value of a header; null when it is not there.</summary>
    public string? Header(string name) => Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>Mail as bytes, which nobody may decode as a whole: parts have their own character sets.</summary>
internal static class MimeBytes
{
    public static MimeMessage Read(byte[] mime)
    {
        using var stream = new MemoryStream(mime, writable: false);
        return MimeMessage.Load(stream);
    }

    public static byte[] Write(MimeMessage message)
    {
        using var stream = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, stream);
        return stream.ToArray();
    }

    /// <summary>The same with these headers first, every other byte untouched.</summary>
    public static byte[] WithHeaders(byte[] mime, params IEnumerable<KeyValuePair<string, string>> headers) =>
        [.. System.Text.Encoding.UTF8.GetBytes(string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))), .. mime];

    /// <summary>Every part that is no text of the mail.</summary>
    public static IEnumerable<MailFile> Files(MimeMessage message)
    {
        foreach (var part in message.BodyParts)
        {
            if (part is TextPart && !part.IsAttachment && string.IsNullOrEmpty(part.ContentType.Name)) continue;
            yield return new MailFile(Name(part), part.ContentType.MimeType, Content(part), part.ContentId);
        }
    }

    private static string Name(MimeEntity part) => part.ContentDisposition?.FileName ?? part.ContentType.Name ?? "";

    private static byte[] Content(MimeEntity part)
    {
        using var stream = new MemoryStream();
        if (part is MimePart { Content: { } content }) content.DecodeTo(stream);
        else if (part is MessagePart { Message: { } message }) message.WriteTo(stream);
        return stream.ToArray();
    }
}
