using System.Text.Json;
using PPMessage.Mail;

namespace PPMessage.Mailgun;

/// <summary>
/// A mail that Mailgun keeps and tells of: a route's action <c>store(notify=…)</c> posts the parsed form with a list of the files instead of the files.
/// Source: documentation.mailgun.com, "store()". Pure.
/// </summary>
internal static class StoredMail
{
    private const int MostNamed = 20;
    private const int LongestName = 100;

    /// <summary>Whether the form is of such a mail. A header of the mail that is called as Mailgun's field is, is none of Mailgun's.</summary>
    public static bool Is(MailgunForm form) =>
        form.Has(MailgunFields.MessageUrl) && !form.Parts.Any(part => part.FileName is not null)
        && form.Fields.Count(field => field.Key == MailgunFields.MessageUrl) > MailgunHeaders.Of(form, []).Count(header => header.Name == MailgunFields.MessageUrl);

    /// <summary>What did not come along, for people; null when nothing is missing.</summary>
    public static string? Missing(MailgunForm form)
    {
        if (!Is(form) || form.Text(MailgunFields.Attachments) is not { } json || string.IsNullOrWhiteSpace(json)) return null;
        if (Names(json) is not { } names) return "files may have stayed at Mailgun: its list of them can't be read";
        var named = string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? ", …" : string.Empty);
        return names.Count switch
        {
            0 => null,
            1 => $"a file stayed at Mailgun: {named}",
            var count => $"{count} files stayed at Mailgun: {named}",
        };
    }

    /// <summary>Null when it is no list.</summary>
    private static List<string>? Names(string json) => MailgunOutcome.Parse(json) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(Name)] : null;

    private static string Name(JsonElement file) => PlainText.Line(file.Text("name") ?? string.Empty, LongestName) is { Length: > 0 } name ? name : "one without a name";
}
