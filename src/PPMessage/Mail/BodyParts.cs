using MimeKit;
using MimeKit.Tnef;

namespace PPMessage.Mail;

/// <summary>Sorts a mail's parts: what is to be read, what is a file, what tells of another mail.</summary>
internal sealed class BodyParts(List<string> oddities)
{
    /// <summary>Of decoded content; a winmail.dat above it stays packed, as unpacking needs it in memory.</summary>
    private const int MostTnef = 8 << 20;

    private readonly List<BodyText> _texts = [];

    public MailFiles Files { get; } = new(oddities);

    public List<MessageDeliveryStatus> Statuses { get; } = [];

    public List<MessageDispositionNotification> Dispositions { get; } = [];

    /// <summary>Attached mails, and the headers of mails.</summary>
    public List<MimeMessage> Originals { get; } = [];

    public IReadOnlyList<BodyText> Texts => _texts;

    public void Add(MimeEntity? entity)
    {
        switch (entity)
        {
            case null: break;
            case MultipartAlternative alternative: AddAlternative(alternative); break;
            case MultipartRelated related: AddRelated(related); break;
            case Multipart multipart: AddAll(multipart); break;
            case TextRfc822Headers headers: AddOriginal(headers); break;
            case MessagePart attached: AddMessage(attached); break;
            case MessageDeliveryStatus status: Statuses.Add(status); break;
            case MessageDispositionNotification disposition: Dispositions.Add(disposition); break;
            case TnefPart tnef: AddTnef(tnef); break;
            case MimePart part: AddPart(part); break;
        }
    }

    private void AddAll(IEnumerable<MimeEntity> parts)
    {
        foreach (var part in parts) Add(part);
    }

    /// <summary>The same text in several forms: the last plain and the last HTML one are one text.</summary>
    private void AddAlternative(MultipartAlternative alternative)
    {
        var before = _texts.Count;
        AddAll(alternative);
        var forms = _texts.GetRange(before, _texts.Count - before);
        _texts.RemoveRange(before, forms.Count);
        var plain = forms.Select(form => form.Plain).LastOrDefault(text => !string.IsNullOrWhiteSpace(text));
        var html = forms.Select(form => form.Html).LastOrDefault(text => !string.IsNullOrWhiteSpace(text));
        if (plain is not null || html is not null) _texts.Add(new(plain, html) { IsFile = forms.Any(form => form is { Html: not null, IsFile: true }) });
    }

    /// <summary>The root may stand anywhere; the rest is what it shows.</summary>
    private void AddRelated(MultipartRelated related)
    {
        var root = related.Root;
        Add(root);
        foreach (var part in related.Where(part => part != root))
        {
            if (part is MimePart file and not TnefPart) Files.Add(file, inline: true);
            else Add(part);
        }
    }

    private void AddPart(MimePart part)
    {
        if (!IsText(part))
        {
            Files.Add(part, inline: part.ContentDisposition is { IsAttachment: false } && part.ContentId is not null);
            return;
        }

        var (text, whole) = TextParts.Read(part, oddities);
        if (!whole) Files.Add(part, inline: false);
        _texts.Add((part.ContentType.IsMimeType("text", "html") ? new BodyText(null, text) : new BodyText(text, null)) with { IsFile = !whole });
    }

    /// <summary>A text with a name is a file, unless it is the first: some mailers name the body.</summary>
    private bool IsText(MimePart part)
    {
        if (part is not TextPart || part.ContentDisposition is { IsAttachment: true }) return false;
        if (!part.ContentType.IsMimeType("text", "plain") && !part.ContentType.IsMimeType("text", "html")) return false;
        return MailHeaders.FileName(part) is null || (_texts.Count == 0 && Files.Count == 0);
    }

    private void AddOriginal(MessagePart part)
    {
        if (part.Message is not null) Originals.Add(part.Message);
    }

    private void AddMessage(MessagePart attached)
    {
        AddOriginal(attached);
        if (attached.Message is { } message) Files.Add(message);
    }

    private void AddTnef(TnefPart tnef)
    {
        if (tnef.Content?.Stream is { Length: <= MostTnef } && IsUnpacked(tnef)) return;
        oddities.Add("A winmail.dat could not be unpacked.");
        Files.Add(tnef, inline: false);
    }

    private bool IsUnpacked(TnefPart tnef)
    {
        try
        {
            return AddUnpacked(tnef.ConvertToMessage());
        }
        catch (Exception e) when (!MailReader.IsNotOfContent(e))
        {
            return false;
        }
    }

    /// <summary>Its text repeats the mail's own, which is better where there is one. False when there was nothing in it.</summary>
    private bool AddUnpacked(MimeMessage message)
    {
        var (texts, files) = (_texts.Count, Files.Count);
        Add(message.Body);
        var found = _texts.Count > texts || Files.Count > files;
        if (texts > 0) _texts.RemoveRange(texts, _texts.Count - texts);
        return found;
    }
}

/// <summary>A text of the mail in the forms it came in; one of them may be missing.</summary>
internal sealed record BodyText(string? Plain, string? Html)
{
    /// <summary>Whether it is among the files besides, being longer than what is read.</summary>
    public bool IsFile { get; init; }
}
