using AngleSharp;
using AngleSharp.Css.Parser;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace PPMessage.Mail;

/// <summary>Parses a stranger's HTML within bounds, as a small text can ask for a huge tree.</summary>
internal static class HtmlDocuments
{
    /// <summary>Characters. Larger HTML is kept as a file.</summary>
    public const int Most = 1_000_000;

    /// <summary>Whoever walks the tree recursively, as the parser's own code does, must not run out of stack.</summary>
    private const int Deepest = 150;

    /// <summary>Unclosed formatting elements are cloned into every following paragraph: a megabyte can ask for gigabytes.</summary>
    private const long MostAllocated = 256L << 20;

    private static readonly IConfiguration Configuration = AngleSharp.Configuration.Default.WithCss(new CssParserOptions());

    /// <summary>Null when it is over a bound.</summary>
    public static IHtmlDocument? Parse(string html)
    {
        if (html.Length > Most) return null;
        var start = GC.GetAllocatedBytesForCurrentThread();
        var options = new HtmlParserOptions
        {
            MaximumDepth = Deepest,
            OnToken = (_, _) => RefuseAbove(start + MostAllocated),
        };
        try
        {
            return new HtmlParser(options, BrowsingContext.New(Configuration)).ParseDocument(html);
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    private static void RefuseAbove(long allocated)
    {
        if (GC.GetAllocatedBytesForCurrentThread() > allocated) throw new TooMuchException();
    }

    private sealed class TooMuchException : Exception;
}
