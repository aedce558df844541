using AngleSharp.Dom;

namespace PPMessage.Mail;

/// <summary>How mailers wrap in HTML what they quote.</summary>
internal static class HtmlQuotes
{
    /// <summary>A container of quoted text only. Gmail's outer <c>div.gmail_quote</c> is none: answers between the lines stand in it, and so does a forwarded mail.</summary>
    public static bool IsQuote(IElement element) => element.LocalName switch
    {
        "includetail" => true,
        "blockquote" => Is(element, "type", "cite") || HasClass(element, "gmail_quote") || HasClass(element, "protonmail_quote") || Is(element, "id", "isReplyContent"),
        _ => HasClass(element, "yahoo_quoted") || HasClass(element, "protonmail_quote") || HasClass(element, "zmail_extra") || Is(element, "id", "isReplyContent"),
    };

    /// <summary>From here on all that follows beside it is quoted: Outlook on the web and on phones.</summary>
    public static bool BeginsRest(IElement element) =>
        Is(element, "id", "divRplyFwdMsg") || Is(element, "id", "appendonsend") || Is(element, "id", "mail-editor-reference-message-container")
        || HasClass(element, "ms-outlook-mobile-reference-message");

    /// <summary>The line that says who wrote when; of a forwarded mail it is part of what the person sends.</summary>
    public static bool IsAttribution(IElement element) =>
        HasClass(element, "moz-cite-prefix") || (HasClass(element, "gmail_attr") && !element.TextContent.Contains("---", StringComparison.Ordinal));

    private static bool HasClass(IElement element, string name) => element.ClassList.Contains(name);

    private static bool Is(IElement element, string attribute, string value) => string.Equals(element.GetAttribute(attribute), value, StringComparison.OrdinalIgnoreCase);
}
