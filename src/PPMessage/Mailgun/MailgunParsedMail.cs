using System.Text;
using MimeKit;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>
/// Makes a mail of the form that Mailgun parsed one into: headers, bodies and files as they were named, as far as they can be had. Whatever is odd about it
/// is told and left out; a mail comes of everything. The same form makes the same bytes, whenever and under whichever token it comes: of a mail without a
/// Message-Id they are what tells it from others.
/// </summary>
internal static class MailgunParsedMail
{
    // As mails are, wherever this runs.
    private static readonly FormatOptions Format = CrLf();

    // No secret for whoever reads the mail, and another one each time.
    private static readonly string[] OfTheCallback = [MailgunFields.Timestamp, MailgunFields.Token, MailgunFields.Signature];

    /// <returns>The mail, at its beginning, which the caller disposes, and what was odd about it.</returns>
    public static (SpooledStream Mime, string? Odd) Build(MailgunForm form)
    {
        var odd = new List<string>();
        try
        {
            return (Written(MessageOf(form, odd)), odd.Count == 0 ? null : string.Join("; ", odd));
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException or NotSupportedException)
        {
            // MimeKit would not have it so. What people wrote is in the fields.
            return (Written(Plain(form)), $"no mail could be made of it ({e.GetType().Name}): the fields themselves were taken in");
        }
    }

    /// <summary>The fields themselves as the text of a mail.</summary>
    internal static MimeMessage Plain(MailgunForm form)
    {
        var text = new StringBuilder("This mail could not be put together. Its fields:\n\n");
        foreach (var (name, value) in form.Fields.Where(field => !OfTheCallback.Contains(field.Key))) text.Append(name).Append(": ").Append(value).Append('\n');
        foreach (var part in form.Parts.Where(part => part.FileName is null)) text.Append('\n').Append(part.Name).Append(":\n").Append(Encoding.UTF8.GetString(part.Content.ToArray())).Append('\n');
        var message = new MimeMessage { Body = TextOf("plain", new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()))) };
        message.Headers.Clear();
        foreach (var name in new[] { "From", "Subject", "To", "Date", "Message-Id", "In-Reply-To", "References" })
            if ((form[name] ?? form[name.ToLowerInvariant()]) is { } value) message.Headers.Add(name, Encoding.UTF8, MailgunHeaders.OneLine(value));
        return message;
    }

    private static MimeMessage MessageOf(MailgunForm form, List<string> odd)
    {
        var message = new MimeMessage();
        message.Headers.Clear();
        foreach (var (name, value) in MailgunHeaders.Of(form, odd)) message.Headers.Add(name, Encoding.UTF8, value);
        message.Body = BodyOf(form, odd);
        return message;
    }

    private static MimeEntity BodyOf(MailgunForm form, List<string> odd)
    {
        var entities = new List<MimeEntity>();
        if (Readable(form) is { } readable) entities.Add(readable);
        entities.AddRange(Bodies(form, MailgunFields.BodyHtml).Skip(1).Select(part => TextOf("html", part.Content)));
        entities.AddRange(form.Parts.Where(IsOtherBody).Select(part => TextOf(part.Name[MailgunFields.BodyPrefix.Length..], part.Content)));
        entities.AddRange(MailgunFiles.Of(form, odd));
        return entities switch
        {
            [] => TextOf("plain", new MemoryStream()),
            [var only] => only,
            _ => Multipart("mixed", entities),
        };
    }

    /// <summary>The text and its HTML form.</summary>
    private static MimeEntity? Readable(MailgunForm form)
    {
        var texts = Bodies(form, MailgunFields.BodyPlain).Select(part => TextOf("plain", part.Content));
        var htmls = Bodies(form, MailgunFields.BodyHtml).Take(1).Select(part => TextOf("html", part.Content));
        return texts.TakeLast(1).Concat(htmls).ToList() switch
        {
            [] => null,
            [var only] => only,
            var both => Multipart("alternative", both),
        };
    }

    private static Multipart Multipart(string subtype, IEnumerable<MimeEntity> entities)
    {
        // MimeKit would draw one. In Base64 and in headers no line begins like this one.
        var multipart = new Multipart(subtype) { Boundary = $"=-ppmessage-{subtype}" };
        foreach (var entity in entities) multipart.Add(entity);
        return multipart;
    }

    private static IEnumerable<MailgunPart> Bodies(MailgunForm form, string name) => form.Parts.Where(part => part.Name == name && part.FileName is null);

    private static bool IsOtherBody(MailgunPart part) =>
        part.FileName is null && part.Name.StartsWith(MailgunFields.BodyPrefix, StringComparison.Ordinal)
        && part.Name is not (MailgunFields.BodyPlain or MailgunFields.BodyHtml or MailgunFields.BodyMime);

    // Base64 keeps every byte as it is.
    private static MimePart TextOf(string subtype, Stream content)
    {
        content.Position = 0;
        var isToken = subtype.Length is > 0 and < 100 && subtype.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '+');
        return new MimePart("text", isToken ? subtype : "plain")
        {
            Content = new MimeContent(content), ContentTransferEncoding = ContentEncoding.Base64, ContentType = { Charset = "utf-8" },
        };
    }

    private static FormatOptions CrLf()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    private static SpooledStream Written(MimeMessage message)
    {
        var mime = new SpooledStream();
        try
        {
            using (message) message.WriteTo(Format, mime);
            mime.Position = 0;
            return mime;
        }
        catch
        {
            mime.Dispose();
            throw;
        }
    }
}
