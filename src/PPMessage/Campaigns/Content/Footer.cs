using System.Net;

namespace PPMessage.Campaigns.Content;

/// <summary>What stands below a campaign's message: how to get no more of them. Pure.</summary>
/// <param name="Words">In the contact's language; empty: nothing is added.</param>
/// <param name="Link">By which to unsubscribe, where the message does not show it itself; null: the words say all.</param>
internal sealed record Footer(string Words, Uri? Link)
{
    public static readonly Footer None = new(string.Empty, null);

    public string BelowText(string text) => (Words.Length, Link) switch
    {
        (0, null) => text,
        (0, { } link) => $"{text}\n\n{link.AbsoluteUri}",
        (_, null) => $"{text}\n{Words}",
        (_, { } link) => $"{text}\n\n{Words}\n{link.AbsoluteUri}",
    };

    public string BelowHtml(string html)
    {
        if (this == None || (Words.Length == 0 && Link is null)) return html;
        var words = WebUtility.HtmlEncode(Words.Length > 0 ? Words : Link!.AbsoluteUri);
        var line = Link is null ? $"<p>{words}</p>" : $"<p><a href=\"{WebUtility.HtmlEncode(Link.AbsoluteUri)}\">{words}</a></p>";
        var end = html.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? html + line : html.Insert(end, line);
    }
}
