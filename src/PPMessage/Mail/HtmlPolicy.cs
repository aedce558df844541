using System.Collections.Frozen;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;

namespace PPMessage.Mail;

/// <summary>What of a stranger's HTML may stay.</summary>
internal static class HtmlPolicy
{
    /// <summary>Characters of one style attribute; mailers write a few hundred.</summary>
    private const int LongestStyle = 2000;

    /// <summary>These go with what is in them: it is not text, or is parsed by rules of its own.</summary>
    private const string Dropped =
        "script, style, head, title, template, noembed, noframes, iframe, frame, frameset, object, embed, applet, param, svg, math, " +
        "select, textarea, input, button, datalist, audio, video, source, track, canvas, xmp, plaintext, listing, link, meta, base, area, portal";

    private static readonly string[] DataImages = ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

    private static readonly string[] SuspiciousStyles = ["\\", "@", "<", "/*", "url", "image", "expression", "var(", "attr(", "env(", "((", "behavior", "binding", "script"];

    public static ISet<string> Tags { get; } = Words(
        "a abbr address article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font " +
        "footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub sup " +
        "table tbody td tfoot th thead time tr tt u ul var wbr");

    public static ISet<string> Attributes { get; } = Words(
        "align alt bgcolor border cellpadding cellspacing color colspan data-src dir face height href lang nowrap rel reversed rowspan size span src start style target title valign width");

    /// <summary>None that places, covers, or loads something.</summary>
    public static ISet<string> CssProperties { get; } = Words(
        "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse border-color border-left border-left-color " +
        "border-left-style border-left-width border-radius border-right border-right-color border-right-style border-right-width border-spacing border-style border-top " +
        "border-top-color border-top-style border-top-width border-width color direction display font font-family font-size font-style font-variant font-weight height " +
        "letter-spacing line-height list-style-type max-width min-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration " +
        "text-decoration-line text-indent text-transform vertical-align white-space width word-break word-wrap overflow-wrap");

    /// <summary>Drops what the sanitiser can't judge, and makes links and images harmless.</summary>
    public static void Prepare(IHtmlDocument document)
    {
        foreach (var element in document.QuerySelectorAll(Dropped).ToList()) element.Remove();
        foreach (var element in document.QuerySelectorAll("*").ToList()) Prepare(element);
    }

    /// <summary>Whether an address may stand in a link's href, or an image's src.</summary>
    public static bool MayStay(IElement element, string url) => element.LocalName switch
    {
        "a" => Link(url) is not null,
        "img" => IsLocalImage(url),
        _ => false,
    };

    private static void Prepare(IElement element)
    {
        element.RemoveAttribute("data-src");
        element.RemoveAttribute("target");
        element.RemoveAttribute("rel");
        if (element.GetAttribute("style") is { } style && IsSuspicious(style)) element.RemoveAttribute("style");
        if (element.LocalName == "a") PrepareLink(element);
        if (element.LocalName == "img") PrepareImage(element);
    }

    private static void PrepareLink(IElement link)
    {
        var target = Link(link.GetAttribute("href"));
        link.RemoveAttribute("href");
        if (target is null) return;
        link.SetAttribute("href", target);
        link.SetAttribute("rel", "noopener noreferrer nofollow");
        link.SetAttribute("target", "_blank");
    }

    private static void PrepareImage(IElement image)
    {
        var source = image.GetAttribute("src")?.Trim() ?? string.Empty;
        if (IsLocalImage(source)) return;
        image.RemoveAttribute("src");
        if (Absolute(source) is { } remote && remote.Scheme is "http" or "https") image.SetAttribute("data-src", remote.AbsoluteUri);
    }

    /// <summary>Null for anything that is not a full address of one of the four kinds: a relative one would lead into the console.</summary>
    private static string? Link(string? url) => Absolute(url?.Trim() ?? string.Empty) is { Scheme: "http" or "https" or "mailto" or "tel" } uri ? uri.AbsoluteUri : null;

    private static Uri? Absolute(string url) =>
        Uri.TryCreate(url.StartsWith("//", StringComparison.Ordinal) ? "https:" + url : url, UriKind.Absolute, out var uri) ? uri : null;

    private static bool IsLocalImage(string url) =>
        url.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) || DataImages.Any(kind => url.StartsWith(kind, StringComparison.OrdinalIgnoreCase));

    private static bool IsSuspicious(string style) =>
        style.Length > LongestStyle || SuspiciousStyles.Any(word => style.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
