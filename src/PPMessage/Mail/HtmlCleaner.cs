using AngleSharp;
using AngleSharp.Html.Dom;
using Ganss.Xss;

namespace PPMessage.Mail;

/// <summary>A stranger's HTML, safe to show beside our own.</summary>
/// <remarks>
/// No script, no form, nothing that loads by itself or has an id, a class, or a position: what is left can neither act nor dress up as the console.
/// Links open elsewhere and lead to http, https, mailto, tel. A remote image has its address in <c>data-src</c>, to be loaded on a click;
/// <c>cid:</c> images keep theirs in <c>src</c>, and so do small <c>data:</c> images.
/// </remarks>
internal static class HtmlCleaner
{
    private static readonly HtmlSanitizer Sanitizer = Make();

    public static string Clean(string html)
    {
        using var document = HtmlDocuments.Parse(html);
        return document is null ? Plain(html) : Clean(document);
    }

    /// <summary>What was cleaned and is to leave the house: its remote images load again where it is read. For what our own people wrote.</summary>
    public static string WithImages(string clean)
    {
        if (!clean.Contains("data-src", StringComparison.Ordinal) || HtmlDocuments.Parse(clean) is not { } document) return clean;
        using (document)
        {
            foreach (var image in document.QuerySelectorAll("img[data-src]").ToList())
            {
                image.SetAttribute("src", image.GetAttribute("data-src"));
                image.RemoveAttribute("data-src");
            }

            return document.Body?.InnerHtml ?? string.Empty;
        }
    }

    /// <summary>Readable text: paragraphs, line breaks, lists, the links' text.</summary>
    public static string ToText(string html)
    {
        using var document = HtmlDocuments.Parse(html);
        return document is null ? HtmlStripper.ToText(html) : HtmlText.Of(document, withoutQuotes: false);
    }

    /// <summary>Changes the document.</summary>
    public static string Clean(IHtmlDocument document)
    {
        HtmlPolicy.Prepare(document);
        Sanitizer.SanitizeDom(document);
        return PlainText.Clean(document.Body?.ChildNodes.ToHtml(HtmlFormatter.Instance) ?? string.Empty).Trim();
    }

    private static string Plain(string html) => $"<pre>{System.Net.WebUtility.HtmlEncode(HtmlStripper.ToText(html))}</pre>";

    private static HtmlSanitizer Make()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = HtmlPolicy.Tags,
            AllowedAttributes = HtmlPolicy.Attributes,
            AllowedCssProperties = HtmlPolicy.CssProperties,
            AllowedSchemes = new HashSet<string>(["http", "https", "mailto", "tel", "cid", "data"], StringComparer.OrdinalIgnoreCase),
            UriAttributes = HtmlSanitizerDefaults.UriAttributes,
            UriListAttributes = HtmlSanitizerDefaults.UriListAttributes,
        })
        { KeepChildNodes = true };
        sanitizer.FilterUrl += (_, url) => url.SanitizedUrl = HtmlPolicy.MayStay(url.Tag, url.OriginalUrl) ? url.OriginalUrl : null;
        return sanitizer;
    }
}
