using System.Text.Json;
using System.Text.Json.Nodes;
using MimeKit;

namespace PPMessage.Local.Sandbox.Mailgun;

/// <summary>The fields of a POST to <c>messages</c> or <c>messages.mime</c>, as far as the sandbox acts on them.</summary>
internal sealed class MailRequest(IFormCollection form, IReadOnlyList<MailFile> attachments, IReadOnlyList<MailFile> inlines, byte[]? mime)
{
    // A batch's can be some MB: they are read once.
    private (bool IsRead, JsonObject? Parsed) _variables;

    public string From => form["from"].ToString();

    public IReadOnlyList<string> To => Lines("to");

    public IReadOnlyList<string> Cc => Lines("cc");

    public IReadOnlyList<string> Bcc => Lines("bcc");

    public string? Subject => Text("subject");

    public string? Plain => Text("text");

    public string? Html => Text("html");

    public string? Template => Text("template");

    public bool HasBody => Plain is not null || Html is not null || Text("amp-html") is not null || Template is not null;

    public IReadOnlyList<MailFile> Attachments => attachments;

    public IReadOnlyList<MailFile> Inlines => inlines;

    /// <summary>The whole mail, when it comes as one.</summary>
    public byte[]? Mime => mime;

    public IReadOnlyList<string> Tags => Lines("o:tag");

    public bool IsTest => IsOn("o:testmode");

    /// <summary>Null when the message leaves it to the domain.</summary>
    public bool? Tracking => Text("o:tracking") is null ? null : IsOn("o:tracking");

    public bool? ClickTracking => Text("o:tracking-clicks") is { } clicks ? clicks == "htmlonly" || IsOn("o:tracking-clicks") : Tracking;

    public bool? OpenTracking => Text("o:tracking-opens") is null ? Tracking : IsOn("o:tracking-opens");

    public string? DeliveryTime => Text("o:deliverytime");

    public IReadOnlyList<KeyValuePair<string, string>> Headers => Named("h:");

    public IReadOnlyDictionary<string, string> Variables => Named("v:").DistinctBy(pair => pair.Key).ToDictionary();

    /// <summary>Whether the recipients shall not see the variables.</summary>
    public bool HidesVariables =>
        Lines("o:suppress-headers").Any(names => names == "all" || names.Contains("X-Mailgun-Variables", StringComparison.OrdinalIgnoreCase));

    public string? RecipientVariables => Text("recipient-variables");

    /// <summary>By address; null when it is no JSON object of objects.</summary>
    public JsonObject? ParsedRecipientVariables => (_variables.IsRead ? _variables : _variables = (true, Parse(RecipientVariables ?? "{}"))).Parsed;

    /// <summary>Bytes of names and values that are limited together.</summary>
    public int OptionBytes => form.Where(one => one.Key.Length > 2 && one.Key[1] == ':' && "ohvt".Contains(one.Key[0], StringComparison.Ordinal))
        .SelectMany(one => one.Value, (one, value) => System.Text.Encoding.UTF8.GetByteCount(one.Key + value)).Sum();

    public IEnumerable<MailboxAddress> Recipients => To.Concat(Cc).Concat(Bcc).SelectMany(Addresses);

    public static async Task<MailRequest> OfAsync(HttpRequest request, CancellationToken cancellation)
    {
        var form = await request.FormOfMailAsync(cancellation);
        var files = form.Files.Where(file => !IsLost(file)).ToList();
        var (attachments, inlines) = (await AllAsync(files, "attachment", cancellation), await AllAsync(files, "inline", cancellation));
        var whole = form.Files.GetFile("message") is { } message ? await ReadAsync(message, cancellation) : null;
        return new MailRequest(form, attachments, inlines, whole?.Content ?? Plainly(form["message"]));
    }

    /// <summary>Nobody when it can't be read.</summary>
    public static IEnumerable<MailboxAddress> Addresses(string line) =>
        InternetAddressList.TryParse(line, out var list) ? list.Mailboxes : [];

    private static JsonObject? Parse(string variables)
    {
        try
        {
            var parsed = JsonNode.Parse(variables) as JsonObject;
            return parsed is not null && parsed.All(one => one.Value is JsonObject) ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A file name in the form of RFC 2231 is one that Mailgun does not read, and then drops the file (anymail #125).</summary>
    private static bool IsLost(IFormFile file) => file.ContentDisposition.Contains("filename*", StringComparison.OrdinalIgnoreCase);

    private static byte[]? Plainly(string? message) => string.IsNullOrEmpty(message) ? null : System.Text.Encoding.UTF8.GetBytes(message);

    private static async Task<IReadOnlyList<MailFile>> AllAsync(List<IFormFile> files, string name, CancellationToken cancellation) =>
        await Task.WhenAll(files.Where(file => file.Name == name).Select(file => ReadAsync(file, cancellation)));

    private static async Task<MailFile> ReadAsync(IFormFile file, CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellation);
        return new MailFile(file.FileName, string.IsNullOrEmpty(file.ContentType) ? "application/octet-stream" : file.ContentType, content.ToArray());
    }

    private string? Text(string name) => form.TryGetValue(name, out var values) && values.ToString().Length > 0 ? values.ToString() : null;

    private bool IsOn(string name) => Text(name) is "yes" or "true" or "True";

    private List<string> Lines(string name) => [.. form[name].OfType<string>().Where(line => line.Length > 0)];

    private List<KeyValuePair<string, string>> Named(string prefix) =>
        [.. form.Where(one => one.Key.StartsWith(prefix, StringComparison.Ordinal))
            .SelectMany(one => one.Value, (one, value) => KeyValuePair.Create(one.Key[2..], value ?? ""))];
}
