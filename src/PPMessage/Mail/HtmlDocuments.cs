using System.Diagnostics;
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

    /// <summary>Characters. Of no more than that the worst that is known takes a quarter of a second on a busy core, so what takes longer is the machine: a cold or a stalled one.</summary>
    public const int AlwaysQuick = 32_000;

    /// <summary>Whoever walks the tree recursively, as the parser's own code does, must not run out of stack.</summary>
    private const int Deepest = 150;

    /// <summary>Unclosed formatting elements are cloned into every following paragraph: a megabyte can ask for gigabytes.</summary>
    private const long MostAllocated = 128L << 20;

    /// <summary>Whatever walks a tree searches siblings: some of it is quadratic. Large newsletters have a few thousand.</summary>
    private const int MostElements = 20_000;

    /// <summary>Tags that never close make the parser quadratic. Usual mails take milliseconds; the callback that brought it is answered after four seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2.5);

    private static readonly IConfiguration Configuration = AngleSharp.Configuration.Default.WithCss(new CssParserOptions());

    /// <summary>Null when it is over a bound.</summary>
    public static IHtmlDocument? Parse(string html) => Parse(html, Longest);

    /// <param name="longest">Counts for large texts only.</param>
    internal static IHtmlDocument? Parse(string html, TimeSpan longest)
    {
        if (html.Length > Most) return null;
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var options = new HtmlParserOptions
        {
            MaximumDepth = Deepest,
            OnToken = (_, _) => Watch(allocated, start, html.Length > AlwaysQuick ? longest : TimeSpan.MaxValue),
        };
        try
        {
            return Bounded(new HtmlParser(options, BrowsingContext.New(Configuration)).ParseDocument(html));
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    private static IHtmlDocument? Bounded(IHtmlDocument document)
    {
        if (document.All.Length <= MostElements) return document;
        document.Dispose();
        return null;
    }

    private static void Watch(long allocated, long start, TimeSpan longest)
    {
        if (GC.GetAllocatedBytesForCurrentThread() - allocated > MostAllocated || Stopwatch.GetElapsedTime(start) > longest) throw new TooMuchException();
    }

    private sealed class TooMuchException : Exception;
}
