using System.Text;
using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>A body or a file of a callback's form, as bytes.</summary>
/// <param name="FileName">Null: a plain field.</param>
/// <param name="ContentType">As the part said it; null when it said none.</param>
internal sealed record MailgunPart(string Name, string? FileName, string? ContentType, SpooledStream Content);

/// <summary>
/// A callback's form, read. Every header of a mail is a field of its own, and who writes a mail chooses its headers: where a name that Mailgun uses comes
/// several times, the last one is Mailgun's.
/// </summary>
/// <param name="Fields">The small ones, in order, repetitions kept.</param>
/// <param name="Parts">Bodies and files, in order.</param>
/// <param name="Hash">Over all names, values and files, in whatever order they came; base32.</param>
internal sealed record MailgunForm(IReadOnlyList<KeyValuePair<string, string>> Fields, IReadOnlyList<MailgunPart> Parts, string Hash) : IAsyncDisposable
{
    /// <summary>The last of that name; null when absent.</summary>
    public string? this[string name] => Fields.LastOrDefault(field => field.Key == name).Value;

    /// <summary>As the indexer, also where it is too long for a small field.</summary>
    public string? Text(string name) =>
        this[name] ?? (Parts.LastOrDefault(part => part.Name == name && part.FileName is null) is { } part ? Encoding.UTF8.GetString(part.Content.ToArray()) : null);

    public bool Has(string name) => Fields.Any(field => field.Key == name) || Parts.Any(part => part.Name == name);

    /// <summary>
    /// The raw mail; null in the parsed form. There a header named <c>body-mime</c> is a sender's attempt to hand us a mail that Mailgun never saw:
    /// only the parsed form lists headers, so where the raw one was not asked for, such a list decides.
    /// </summary>
    /// <param name="wanted">Whether it came to the URL for raw mails.</param>
    public MailgunPart? Mime(bool wanted) =>
        wanted || !Has(MailgunFields.MessageHeaders) ? Parts.LastOrDefault(part => part.Name == MailgunFields.BodyMime) : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Parts) await part.Content.DisposeAsync();
    }
}

/// <summary>Names in Mailgun's forms. Source: documentation.mailgun.com, "Receiving, forwarding and storing messages", parameters of a route's POST.</summary>
internal static class MailgunFields
{
    public const string Timestamp = "timestamp";
    public const string Token = "token";
    public const string Signature = "signature";
    public const string Recipient = "recipient";
    public const string Sender = "sender";
    public const string From = "from";
    public const string Subject = "subject";
    public const string BodyMime = "body-mime";
    public const string BodyPlain = "body-plain";
    public const string BodyHtml = "body-html";
    public const string BodyPrefix = "body-";
    public const string StrippedPrefix = "stripped-";
    public const string MessageHeaders = "message-headers";
    public const string AttachmentCount = "attachment-count";
    public const string AttachmentPrefix = "attachment-";
    public const string ContentIdMap = "content-id-map";
    public const string MessageUrl = "message-url";
    public const string Attachments = "attachments";
    public const string Event = "event";

    /// <summary>Whether a field holds what people wrote: of any length, in any encoding.</summary>
    public static bool IsBody(string name) =>
        name.StartsWith(BodyPrefix, StringComparison.OrdinalIgnoreCase) || name.StartsWith(StrippedPrefix, StringComparison.OrdinalIgnoreCase);
}
