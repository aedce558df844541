using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>The page behind a link: a heading, a sentence, at most one button. Without script, picture or anything from elsewhere. Pure.</summary>
/// <param name="language">One of <see cref="PageWords.Languages"/>.</param>
/// <param name="address">As it may be shown; null: it is not known.</param>
internal sealed class UnsubscribePage(string language, string? address = null)
{
    private const string Css = """
        :root{color-scheme:light dark;font:18px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
        body{max-width:32rem;margin:0 auto;padding:12vh 1.25rem 2rem}
        h1{font-size:1.5rem;line-height:1.3}
        p{overflow-wrap:anywhere}
        button{font:inherit;min-height:3rem;padding:.5rem 1.5rem;border:2px solid currentColor;border-radius:.5rem;background:none;color:inherit;cursor:pointer}
        button:focus-visible{outline:3px solid #26c;outline-offset:3px}
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Of the answer: our own style by its hash, our own form, nothing else.</summary>
    public static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private readonly PageWords _words = PageWords.In(language);

    public string Language => language;

    public string Asks() => Write(_words.Ask, _words.AskMore, Press.Stop, _words.Stop);

    /// <param name="mayResume">Whether it is offered to take it back.</param>
    public string IsDone(bool mayResume) => mayResume ? Write(_words.Done, _words.DoneMore, Press.Resume, _words.Resume) : Write(_words.Done, _words.DoneMore);

    /// <summary>Something else than a link keeps everything from being sent there, and no link lifts that.</summary>
    public string IsStopped() => Write(_words.Stopped, _words.StoppedMore);

    public string IsResumed() => Write(_words.Resumed, _words.ResumedMore, Press.Stop, _words.Stop);

    /// <summary>The link is none of ours.</summary>
    public string IsLost() => Write(_words.Lost, _words.LostMore);

    public string IsBusy() => Write(_words.Busy, _words.BusyMore);

    private string Write(string heading, string more, string? action = null, string? button = null)
    {
        var html = new StringBuilder($"<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append($"<meta name=\"robots\" content=\"noindex,nofollow\"><title>{Safe(heading)}</title><style>{Css}</style></head><body><main><h1>{Safe(heading)}</h1><p>{Safe(more)}</p>");
        if (address is not null) html.Append($"<p><bdi><strong>{Safe(address)}</strong></bdi></p>");
        // Posted to where the page itself is, whatever stands before us.
        if (action is not null) html.Append($"<form method=\"post\"><input type=\"hidden\" name=\"{Press.Field}\" value=\"{action}\"><button type=\"submit\">{Safe(button!)}</button></form>");
        return html.Append("</main></body></html>").ToString();
    }

    private static string Safe(string text) => Encoder.Encode(text);
}
