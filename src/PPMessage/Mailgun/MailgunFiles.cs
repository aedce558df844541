using System.Globalization;
using System.Text.Json;
using MimeKit;
using MimeKit.Utils;

namespace PPMessage.Mailgun;

/// <summary>The files of a mail that Mailgun parsed, as parts of a mail again.</summary>
internal static class MailgunFiles
{
    public static IReadOnlyList<MimePart> Of(MailgunForm form, List<string> odd)
    {
        var files = form.Parts.Where(part => part.FileName is not null).ToList();
        if (int.TryParse(form[MailgunFields.AttachmentCount], CultureInfo.InvariantCulture, out var count) && count > files.Count)
            odd.Add($"{count} attachments were announced, {files.Count} came");
        if (StoredMail.Missing(form) is { } missing) odd.Add(missing);
        var ids = ContentIds(form.Text(MailgunFields.ContentIdMap), odd);
        return [.. files.Select(file => PartOf(file, ids.GetValueOrDefault(file.Name)))];
    }

    private static MimePart PartOf(MailgunPart file, string? contentId)
    {
        file.Content.Position = 0;
        var part = new MimePart(TypeOf(file.ContentType))
        {
            Content = new MimeContent(file.Content), ContentTransferEncoding = ContentEncoding.Base64,
            ContentDisposition = new ContentDisposition(contentId is null ? ContentDisposition.Attachment : ContentDisposition.Inline),
        };
        var name = string.Concat(file.FileName!.Where(c => !char.IsControl(c)));
        part.FileName = name.Length > 0 ? name : file.Name;
        if (contentId is not null) part.ContentId = contentId;
        return part;
    }

    private static ContentType TypeOf(string? text) =>
        text is not null && ContentType.TryParse(text, out var type) && type.MediaType is not ("multipart" or "message") ? type : new ContentType("application", "octet-stream");

    /// <summary>Content id by the file's field. Real mails have pairs with an empty or a repeated key: of a file's ids the first that can be used counts.</summary>
    private static Dictionary<string, string> ContentIds(string? json, List<string> odd)
    {
        var ids = new Dictionary<string, string>();
        if (json is not { Length: > 0 }) return ids;
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var pair in document.RootElement.EnumerateObject())
                if (pair.Value.ValueKind == JsonValueKind.String && IdOf(pair.Name) is { } id) ids.TryAdd(pair.Value.GetString()!, id);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            odd.Add("content-id-map can't be read");
        }

        return ids;
    }

    // Such as "<image001.png@01D9>".
    private static string? IdOf(string key)
    {
        var id = key.Trim().TrimStart('<').TrimEnd('>');
        return id.Length > 0 && id.All(c => c is > ' ' and < '\x7f' and not ('<' or '>')) ? MimeUtils.EnumerateReferences($"<{id}>").FirstOrDefault() ?? id : null;
    }
}
