using System.Net;
using System.Text;

namespace PPMessage.Mail;

/// <summary>Text of HTML that is too large to parse: tags cut out in one pass.</summary>
internal static class HtmlStripper
{
    private static readonly string[] Unread = ["script", "style", "title"];

    private static readonly string[] Breaking = ["br", "p", "/p", "div", "/div", "tr", "/tr", "li", "/li", "/h1", "/h2", "/h3", "hr", "/table", "/blockquote"];

    public static string ToText(string html)
    {
        var text = new StringBuilder();
        for (var i = 0; i < html.Length;)
        {
            var tag = html.IndexOf('<', i);
            if (tag < 0) tag = html.Length;
            text.Append(html, i, tag - i);
            i = tag < html.Length ? AfterTag(html, tag, text) : tag;
        }

        return Tidy(WebUtility.HtmlDecode(text.ToString()));
    }

    private static int AfterTag(string html, int tag, StringBuilder text)
    {
        if (html.AsSpan(tag).StartsWith("<!--")) return After(html, "-->", tag);
        var name = Name(html.AsSpan(tag + 1));
        if (name.IsEmpty)
        {
            text.Append('<');
            return tag + 1;
        }

        if (Breaking.Contains(name.ToString(), StringComparer.OrdinalIgnoreCase)) text.Append('\n');
        foreach (var unread in Unread)
            if (name.Equals(unread, StringComparison.OrdinalIgnoreCase)) return After(html, ">", After(html, $"</{unread}", tag));
        return After(html, ">", tag);
    }

    private static ReadOnlySpan<char> Name(ReadOnlySpan<char> tag)
    {
        var end = 0;
        while (end < tag.Length && (char.IsAsciiLetterOrDigit(tag[end]) || (end == 0 && tag[end] is '/' or '!'))) end++;
        return tag[..end];
    }

    private static int After(string html, string mark, int from)
    {
        var at = html.IndexOf(mark, from, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? html.Length : at + mark.Length;
    }

    private static string Tidy(string text)
    {
        var lines = PlainText.Clean(text).Split('\n').Select(line => PlainText.Line(line, int.MaxValue));
        var tidy = new StringBuilder();
        var empty = 0;
        foreach (var line in lines)
        {
            empty = line.Length == 0 ? empty + 1 : 0;
            if (empty < 2) tidy.Append(line).Append('\n');
        }

        return tidy.ToString().Trim('\n');
    }
}
