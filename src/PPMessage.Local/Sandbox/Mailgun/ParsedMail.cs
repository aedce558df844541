using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>A mail taken apart into Mailgun's fields (https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/receive-http).</summary>
internal sealed partial class ParsedMail(byte[] mime)
{
    private readonly MimeMessage _message = MimeBytes.Read(mime);
    private IReadOnlyList<MailFile>? _files;

    public IReadOnlyList<MailFile> Files => _files ??= [.. MimeBytes.Files(_message)];

    /// <summary>Without angle brackets; empty when the mail has none.</summary>
    public string MessageId => _message.MessageId ?? "";

    public string From => _message.From.ToString();

    public string Subject => _message.Subject ?? "";

    public string To => _message.To.ToString();

    /// <summary>Who sent it in truth (MAIL FROM), once Mailgun has noted it.</summary>
    public string Sender => _message.Headers["X-Envelope-From"]?.Trim('<', '>') ?? From;

    public IReadOnlyList<KeyValuePair<string, string>> Headers => [.. _message.Headers.Select(header => KeyValuePair.Create(header.Field, header.Value))];

    /// <summary>What every kind of POST has; a header that is called the same makes a second field.</summary>
    public IEnumerable<FormPart> Envelope(string recipient, string sender) =>
        [new("recipient", recipient), new("sender", sender), new("subject", Subject), new("from", From)];

    /// <summary>The headers one by one and as JSON, and the texts.</summary>
    public IEnumerable<FormPart> Fields()
    {
        foreach (var (name, value) in Headers) yield return new FormPart(name, value);
        yield return new FormPart("message-headers", HeadersJson().ToText());
        foreach (var html in HtmlParts()) yield return new FormPart("body-html", html);
        if (Text() is not { } text) yield break;
        yield return new FormPart("body-plain", text);
        var (kept, signature) = Strip(text);
        if (kept.Length > 0) yield return new FormPart("stripped-text", kept);
        if (signature.Length > 0) yield return new FormPart("stripped-signature", signature);
        if (HtmlParts().FirstOrDefault() is { } first) yield return new FormPart("stripped-html", Quote().Replace(first, ""));
    }

    /// <summary>The files of a forwarded mail, as parts of the form.</summary>
    public IEnumerable<FormPart> FileFields()
    {
        if (Files.Count == 0) yield break;
        yield return new FormPart("attachment-count", Files.Count.ToString(CultureInfo.InvariantCulture));
        var map = new JsonObject();
        for (var i = 0; i < Files.Count; i++)
        {
            yield return new FormPart($"attachment-{i + 1}", Files[i].Content, Files[i].Name, Files[i].ContentType);
            if (Files[i].ContentId is { Length: > 0 } id) map[$"<{id}>"] = $"attachment-{i + 1}";
        }

        if (map.Count > 0) yield return new FormPart("content-id-map", map.ToText());
    }

    private JsonArray HeadersJson() => new([.. Headers.Select(header => new JsonArray(header.Key, header.Value))]);

    private IEnumerable<string> HtmlParts() =>
        _message.BodyParts.OfType<TextPart>().Where(part => part is { IsHtml: true, IsAttachment: false }).Select(part => part.Text);

    /// <summary>Null when the mail has no text at all.</summary>
    private string? Text() => _message.TextBody ?? (HtmlParts().FirstOrDefault() is { } html ? WebUtility.HtmlDecode(Tag().Replace(html, "")).Trim() : null);

    /// <summary>Best effort, as Mailgun's own: what was quoted and the signature go.</summary>
    private static (string Text, string Signature) Strip(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var quote = Array.FindIndex(lines, line => line.StartsWith('>') || Introduction().IsMatch(line));
        var own = quote < 0 ? lines : lines[..quote];
        var dashes = Array.FindIndex(own, line => line is "-- " or "--");
        return dashes < 0
            ? (string.Join("\r\n", own).Trim(), "")
            : (string.Join("\r\n", own[..dashes]).Trim(), string.Join("\r\n", own[dashes..]).Trim());
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("<blockquote.*</blockquote>", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quote();

    [GeneratedRegex("^(On .* wrote:|.*写道[:：])$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Introduction();
}
