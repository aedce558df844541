using System.Text.Json;

namespace PPMessage.Mailgun;

/// <summary>The headers of a mail that Mailgun parsed. Pure.</summary>
internal static class MailgunHeaders
{
    /// <summary>Mailgun's verdicts; they stand in the mail only where the domain is set to tag spam.</summary>
    private static readonly string[] Verdicts = ["X-Mailgun-Sflag", "X-Mailgun-Sscore", "X-Mailgun-Spf", "X-Mailgun-Dkim-Check-Result"];

    // They spoke of the mail's old shape.
    private static readonly string[] OfTheBody = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Id", "Content-Length"];

    /// <summary>In order, fit to be written. <c>message-headers</c> where it can be read, else the fields that Mailgun makes of headers.</summary>
    public static IEnumerable<(string Name, string Value)> Of(MailgunForm form, List<string> odd)
    {
        var headers = Listed(form.Text(MailgunFields.MessageHeaders));
        if (headers is null) odd.Add("message-headers is missing or broken");
        var all = (headers ?? [.. FromFields(form)]).Select(header => (header.Name, Value: OneLine(header.Value))).ToList();
        all.AddRange(Missing(form, all));
        foreach (var (name, value) in all.Where(header => !OfTheBody.Contains(header.Name, StringComparer.OrdinalIgnoreCase)))
            if (IsName(name)) yield return (name, value);
            else odd.Add("a header's name can't be written");
    }

    public static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();

    /// <summary>Null when it can't be read. Values that are no text (an old form of Content-Type) are passed over.</summary>
    private static List<(string Name, string Value)>? Listed(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? string.Empty);
            if (document.RootElement.ValueKind != JsonValueKind.Array) return null;
            return [.. document.RootElement.EnumerateArray().Select(Pair).OfType<(string, string)>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static (string, string)? Pair(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() >= 2 && pair[0].ValueKind == JsonValueKind.String && pair[1].ValueKind == JsonValueKind.String
            ? (pair[0].Text() ?? string.Empty, pair[1].Text() ?? string.Empty)
            : null;

    // Mailgun's own names begin in lower case, headers as a rule in upper case.
    private static IEnumerable<(string Name, string Value)> FromFields(MailgunForm form) =>
        form.Fields.Where(field => field.Key is [>= 'A' and <= 'Z', ..]).Select(field => (field.Key, field.Value));

    private static IEnumerable<(string Name, string Value)> Missing(MailgunForm form, List<(string Name, string Value)> found)
    {
        bool Lacks(string name) => !found.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (Lacks("From") && (form[MailgunFields.From] ?? form[MailgunFields.Sender]) is { Length: > 0 } from) yield return ("From", OneLine(from));
        if (Lacks("Subject") && form[MailgunFields.Subject] is { } subject) yield return ("Subject", OneLine(subject));
        foreach (var name in Verdicts)
            if (Lacks(name) && form[name] is { } verdict) yield return (name, OneLine(verdict));
    }

    // RFC 5322, section 2.2: printable ASCII but the colon.
    private static bool IsName(string name) => name.Length is > 0 and < 200 && name.All(c => c is > ' ' and < '\x7f' and not ':');
}
