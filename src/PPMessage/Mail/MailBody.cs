using System.Net;
using System.Text;

namespace PPMessage.Mail;

/// <summary>The texts of a mail as one.</summary>
internal sealed record MailBody(string Text, string FullText, string? Html)
{
    /// <summary>A plain part that only says that there is another one is shorter than this.</summary>
    private const int LongestPlaceholder = 300;

    private static readonly string[] Placeholders =
    [
        "html", "does not support", "view this email in", "view it in your browser", "not displaying correctly", "不支持", "无法显示", "查看原文", "在浏览器中",
    ];

    public static MailBody Of(BodyParts parts, bool isForwarded, List<string> oddities)
    {
        var read = parts.Texts.Select(text => Read(text, parts.Files, oddities)).ToList();
        var full = Join(read.Select(text => text.FullText));
        var visible = isForwarded ? full : Join(read.Select(text => text.Text));
        return new(visible.Length > 0 ? visible : full, full, HtmlOf(read));
    }

    private static MailBody Read(BodyText body, MailFiles files, List<string> oddities)
    {
        if (body.Html is null) return OfPlain(body.Plain!, null);
        if (body.Html.Length > HtmlDocuments.Most)
        {
            if (!body.IsFile) files.Add("message.html", "text/html", Encoding.UTF8.GetBytes(body.Html));
            oddities.Add("The HTML is very large: it is among the files.");
            return OfPlain(Usable(body.Plain) ?? HtmlStripper.ToText(body.Html), null);
        }

        using var document = HtmlDocuments.Parse(body.Html);
        if (document is null) return TooComplex(body, files, oddities);
        var plain = Usable(body.Plain);
        var full = plain ?? HtmlText.Of(document, withoutQuotes: false);
        var visible = VisibleText.Of(plain ?? HtmlText.Of(document, withoutQuotes: true));
        return new(IsOnlyQuote(visible) ? full : visible, full, HtmlCleaner.Clean(document));
    }

    private static MailBody TooComplex(BodyText body, MailFiles files, List<string> oddities)
    {
        files.Add("message.html", "text/html", Encoding.UTF8.GetBytes(body.Html!));
        oddities.Add("The HTML asks for too much to be shown: it is among the files.");
        return OfPlain(Usable(body.Plain) ?? HtmlStripper.ToText(body.Html!), null);
    }

    private static MailBody OfPlain(string plain, string? html) => new(VisibleText.Of(plain), plain.Trim('\n'), html);

    /// <summary>What is left of a mail that only quotes.</summary>
    private static bool IsOnlyQuote(string visible) => visible.All(c => c is '>' or ' ' or '\n');

    /// <summary>Null for a plain part that doesn't say what the HTML says.</summary>
    private static string? Usable(string? plain)
    {
        if (string.IsNullOrWhiteSpace(plain)) return null;
        var isPlaceholder = plain.Length <= LongestPlaceholder && plain.Contains("html", StringComparison.OrdinalIgnoreCase)
            && Placeholders.Skip(1).Append("format").Append("client").Append("客户端").Any(words => plain.Contains(words, StringComparison.OrdinalIgnoreCase));
        return isPlaceholder ? null : plain;
    }

    private static string Join(IEnumerable<string> texts) => string.Join("\n\n", texts.Where(text => text.Length > 0));

    /// <summary>Null when no text came as HTML; beside one that did, the plain ones must be seen too.</summary>
    private static string? HtmlOf(List<MailBody> texts)
    {
        if (texts.All(text => text.Html is null)) return null;
        return string.Join("<hr>", texts.Select(text => text.Html ?? $"<pre>{WebUtility.HtmlEncode(text.FullText)}</pre>"));
    }
}
