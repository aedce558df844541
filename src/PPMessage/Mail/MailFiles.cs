using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Mail;

/// <summary>Collects a mail's files, and gives them safe names.</summary>
internal sealed partial class MailFiles(List<string> oddities)
{
    public const int Most = 100;

    private const string AnyType = "application/octet-stream";

    private readonly List<MailFile> _files = [];
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _files.Count;

    public IReadOnlyList<MailFile> All => _files;

    public void Add(MimePart part, bool inline)
    {
        if (part.Content is null) return;
        var content = part.Content;
        Add(MailHeaders.FileName(part), Type(part.ContentType), Id(part), inline, (destination, cancellation) => content.DecodeToAsync(destination, cancellation));
    }

    public void Add(MimeMessage message)
    {
        var subject = MailHeaders.Text(message.Headers, "Subject");
        Add($"{subject ?? "message"}.eml", "message/rfc822", null, inline: false, (destination, cancellation) => message.WriteToAsync(destination, cancellation));
    }

    public void Add(string name, string contentType, byte[] content) =>
        Add(name, contentType, null, inline: false, (destination, cancellation) => destination.WriteAsync(content, cancellation).AsTask());

    private void Add(string? name, string type, string? id, bool inline, Func<Stream, CancellationToken, Task> content)
    {
        if (_files.Count == Most)
        {
            if (!oddities.Contains(TooMany)) oddities.Add(TooMany);
            return;
        }

        var safe = FileNames.Unique(FileNames.Safe(name) ?? FileNames.Made(_files.Count + 1, type), _taken);
        _files.Add(new(safe, type, id, inline) { Content = content });
    }

    private static string TooMany => $"There are more than {Most} files; the others were left out.";

    private static string Type(ContentType? type) =>
        type is not null && $"{type.MediaType}/{type.MediaSubtype}".ToLowerInvariant() is var name && WellFormed().IsMatch(name) ? name : AnyType;

    private static string? Id(MimePart part)
    {
        var id = PlainText.Line(part.ContentId ?? string.Empty, 300).Trim('<', '>', ' ');
        return id.Length == 0 ? null : id;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WellFormed();
}
