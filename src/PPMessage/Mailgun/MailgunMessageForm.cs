using System.Net.Http.Headers;
using System.Text;
using MimeKit;
using PPMessage.Channels;
using PPMessage.Contacts;

namespace PPMessage.Mailgun;

/// <summary>An outbound message as the form that Mailgun wants. Source: documentation.mailgun.com, "Send an email".</summary>
internal static class MailgunMessageForm
{
    /// <summary>Of all o:, h: and v: fields together Mailgun takes 16 KB; what else there is has a fraction of the rest.</summary>
    public const int MostReferences = 4 * 1024;

    private const int LongestId = 998;

    public static string MessageId(MailgunAccount account, OutboundMessage message) => MessageId(account.Domain, message.Reference);

    public static string MessageId(string domain, string reference) => $"{reference}@{domain}";

    /// <summary>The plain fields, in order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(MailgunAccount account, Channel channel, OutboundMessage message)
    {
        yield return new("from", From(account, channel, message));
        yield return new("to", message.To);
        yield return new("subject", Subject(account, channel, message));

        // One of the two must be there, also where a file is all that there is to say.
        if (message.Content.Text.Length > 0 || message.Content.Html is null) yield return new("text", message.Content.Text is { Length: > 0 } text ? text : " ");
        if (message.Content.Html is { Length: > 0 } html) yield return new("html", html);
        foreach (var header in Headers(account, message)) yield return header;
        foreach (var option in MailgunCampaign.Tracking(message.Campaign?.Tracks == true)) yield return option;
        yield return new("v:" + MailgunReport.MessageVariable, message.Id);
        yield return new("v:" + MailgunReport.ConversationVariable, message.ConversationId);
        yield return new("v:" + MailgunReport.AttemptVariable, message.Attempt.ToString());
        if (message.Campaign is { } mark) yield return new("v:" + MailgunReport.CampaignVariable, mark.Tag);
    }

    /// <summary>The whole form. Files are read while it is sent.</summary>
    /// <param name="files">One stream a file of the message; disposed with the form.</param>
    public static MultipartFormDataContent Content(IEnumerable<KeyValuePair<string, string>> fields, IReadOnlyList<(OutboundFile File, Stream Content)> files)
    {
        var boundary = $"ppmessage{Guid.NewGuid():N}";
        var form = new MultipartFormDataContent(boundary);
        // Without quotation marks, as curl and Mailgun's own clients write it.
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={boundary}");
        // File names go out as UTF-8 (RFC 7578, section 4.2).
        form.HeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        foreach (var (name, value) in fields) Add(form, new ByteArrayContent(Encoding.UTF8.GetBytes(value)), $"form-data; name=\"{name}\"");
        for (var i = 0; i < files.Count; i++) AddFile(form, files[i].File, files[i].Content, i + 1);
        return form;
    }

    private static void AddFile(MultipartFormDataContent form, OutboundFile file, Stream content, int number)
    {
        var part = new StreamContent(content);
        part.Headers.ContentType = TypeOf(file);
        Add(form, part, $"form-data; name=\"attachment\"; filename=\"{FileName(file, number)}\"");
    }

    // What says that it consists of parts, or is a mail, is taken apart by whoever gets it, and the file is gone.
    private static MediaTypeHeaderValue TypeOf(OutboundFile file) =>
        MediaTypeHeaderValue.TryParse(file.ContentType, out var type) && type.MediaType is { } name && !name.Contains('*', StringComparison.Ordinal)
        && !name.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("message/", StringComparison.OrdinalIgnoreCase)
            ? type
            : new MediaTypeHeaderValue("application/octet-stream");

    private static void Add(MultipartFormDataContent form, HttpContent part, string disposition)
    {
        part.Headers.TryAddWithoutValidation("Content-Disposition", disposition);
        form.Add(part);
    }

    // A file without a name is dropped by Mailgun without a word. What can't stand between quotation marks is written as browsers do.
    private static string FileName(OutboundFile file, int number)
    {
        var name = string.Concat(file.Name.Where(c => !char.IsControl(c))).Trim().Replace("\"", "%22", StringComparison.Ordinal);
        return name.Length > 0 ? name : $"attachment-{number}";
    }

    /// <summary>Encoded words are ASCII, which no commas or quotation marks of a name can break.</summary>
    public static string From(MailgunAccount account, Channel channel, OutboundMessage message)
    {
        var address = IsForeign(account, message) ? channel.Setting(MailgunChannels.Address)! : message.From!;
        var name = OneLine(message.SenderName ?? channel.Setting(MailgunChannels.DisplayName) ?? string.Empty);
        return name.Length == 0 ? address : OneLine(new MailboxAddress(Encoding.UTF8, name, address).ToString(encode: true));
    }

    // In the name of a domain that is neither ours nor above ours a mail is taken for forged (DMARC): a route may bring mail of any domain to this channel.
    private static bool IsForeign(MailgunAccount account, OutboundMessage message) => message.From is null || !Address.IsAligned(message.From, account.Domain);

    /// <summary>Never empty: Mailgun wants one.</summary>
    public static string Subject(MailgunAccount account, Channel channel, OutboundMessage message) =>
        new[] { message.Content.Subject, channel.Setting(MailgunChannels.DisplayName) }.Select(text => OneLine(text ?? string.Empty)).FirstOrDefault(text => text.Length > 0)
        ?? $"Message from {account.Domain}";

    /// <summary>Null: to where it comes from.</summary>
    public static string? AnswerTo(MailgunAccount account, OutboundMessage message) =>
        (message.AnswerTo ?? (IsForeign(account, message) ? message.From : null)) is { Length: > 0 } answerTo ? OneLine(answerTo) : null;

    private static IEnumerable<KeyValuePair<string, string>> Headers(MailgunAccount account, OutboundMessage message)
    {
        yield return new("h:Message-Id", $"<{MessageId(account, message)}>");
        if (AnswerTo(account, message) is { } answerTo) yield return new("h:Reply-To", answerTo);
        if (message.Campaign?.UnsubscribeUrl is { } url) foreach (var header in MailgunCampaign.Unsubscribe(url.AbsoluteUri)) yield return header;
        var references = References(account, message);
        if (references.Count == 0) yield break;
        yield return new("h:In-Reply-To", $"<{references[^1]}>");
        yield return new("h:References", string.Join(' ', references.Select(id => $"<{id}>")));
    }

    /// <summary>The first, which names the thread, and as many of the last as there is room for (RFC 5322 leaves it to us what to leave out).</summary>
    private static List<string> References(MailgunAccount account, OutboundMessage message)
    {
        var all = message.References.Where(IsId).Distinct().ToList();
        if (all.Count == 0) return message.Begun is { Length: > 0 } begun ? [$"{begun}@{account.Domain}"] : [];
        var left = MostReferences - all[0].Length - 3;
        var last = all.Skip(1).Reverse().TakeWhile(id => (left -= id.Length + 3) >= 0).Reverse();
        return [all[0], .. last];
    }

    // Header values are ASCII to Mailgun.
    private static bool IsId(string id) => id.Length is > 0 and <= LongestId && id.All(c => c is > ' ' and < '\x7f' and not ('<' or '>'));

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n', '\t', '\0'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
