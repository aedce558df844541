using System.Text.RegularExpressions;
using PPMessage.Campaigns.Definitions;
using PPMessage.Channels;
using PPMessage.Mail;
using PPMessage.Templates;

namespace PPMessage.Campaigns.Content;

/// <summary>What a campaign says by one kind of channel, parsed once. Immutable; safe to use from many threads.</summary>
internal sealed partial class CompiledContent
{
    /// <summary>A mail's HTML with its styles.</summary>
    public const int LongestHtml = 200_000;

    private static readonly RenderLimits HtmlLimits = RenderLimits.Default with { MostCharacters = LongestHtml * 2 };

    private readonly Template? _subject;
    private readonly Template _text;
    private readonly Template? _html;

    private CompiledContent(Template? subject, Template text, Template? html) => (_subject, _text, _html) = (subject, text, html);

    public bool HasHtml => _html is not null;

    /// <summary>What everybody gets, without what stands below it; null: the text has Liquid in it.</summary>
    public OutboundContent? Literal => _text.IsPlain ? new OutboundContent(_subject is { IsPlain: true } ? _subject.Text : null, _text.Text, null, []) : null;

    /// <summary>Null when there are mistakes, which are told with their place.</summary>
    /// <param name="hasSubject">Whether the kind of channel has subjects, and with them HTML.</param>
    public static CompiledContent? Compile(ChannelContent content, bool hasSubject, Action<string, string> mistake)
    {
        var subject = hasSubject ? Parse(content.Subject, "subject", mistake) : null;
        if (hasSubject && content.Subject is null) mistake("subject", "is required");
        if (!hasSubject && content.Subject is not null) mistake("subject", "this kind of channel has none");
        if (!hasSubject && content.Html is not null) mistake("html", "this kind of channel has texts only");
        if (content.Html is { } markup && Active().IsMatch(markup)) mistake("html", "must have no scripts, frames, forms or event handlers: mail programs refuse them");
        var html = hasSubject ? Parse(content.Html, "html", mistake, LongestHtml) : null;
        var text = Parse(content.Text ?? TextOf(content.Html), "text", mistake);
        if (!hasSubject && text?.Mentions.Contains(ContentNames.UnsubscribeUrl) == true) mistake("text", $"this kind of channel has no link to unsubscribe by: leave out {ContentNames.UnsubscribeUrl}, how to stop is said below every text");
        if (content.Text is null && content.Html is null) mistake("text", "is required");
        return text is null || (hasSubject && subject is null) || (content.Html is not null && html is null) ? null : new(subject, text, html);
    }

    /// <returns>Null with the mistake: it can't be made for this contact.</returns>
    public (OutboundContent? Content, string? Mistake) Render(ContentScene scene, Footer footer)
    {
        var (subject, text, html) = (Render(_subject, scene), Render(_text, scene), RenderHtml(scene));
        if ((subject.Mistake ?? text.Mistake ?? html.Mistake) is { } mistake) return (null, mistake);
        if (string.IsNullOrWhiteSpace(text.Text)) return (null, "The text is empty.");
        return (new OutboundContent(subject.Text, Below(_text, footer).BelowText(text.Text!), html.Text is { } made ? Below(_html!, footer).BelowHtml(made) : null, []), null);
    }

    // Each part by itself: a mail program shows one of them.
    private static Footer Below(Template part, Footer footer) => part.Mentions.Contains(ContentNames.UnsubscribeUrl) ? footer with { Link = null } : footer;

    private static Rendering Render(Template? template, ContentScene scene) => template?.Render(ContentNames.Of(scene, template.Mentions), RenderLimits.Default) ?? default;

    private Rendering RenderHtml(ContentScene scene) => _html?.Render(ContentNames.EncodedOf(scene, _html.Mentions), HtmlLimits) ?? default;

    private static Template? Parse(string? text, string field, Action<string, string> mistake, int longest = Template.LongestText)
    {
        if (text is null) return null;
        var template = Template.Parse(text, ContentNames.All, out var wrong, longest);
        wrong ??= template!.Looks.Select(ContentNames.MistakeOf).FirstOrDefault(one => one is not null);
        if (wrong is null) return template;
        mistake(field, wrong);
        return null;
    }

    // Liquid stands in HTML as text, and comes out of it as it is.
    private static string? TextOf(string? html) => html is null || html.Length > LongestHtml ? null : HtmlCleaner.ToText(HtmlCleaner.Clean(html)) is { Length: > 0 } text ? text : "…";

    [GeneratedRegex(@"<\s*(script|iframe|object|embed|form|applet|base)\b|<\s*[a-z][a-z0-9]*(/|[^>]*\s)on[a-z]+\s*=|javascript\s*:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Active();
}
