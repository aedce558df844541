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

    /// <summary>Whoever walks the tree recursively, as the parser's own code does, must not run out of stack.</summary>
    private const int Deepest = 150;

    /// <summary>Unclosed formatting elements are cloned into every following paragraph: a megabyte can ask for gigabytes.</summary>
    private const long MostAllocated = 128L << 20;

    /// <summary>Whatever walks a tree searches siblings: some of it is quadratic. Large newsletters have a few thousand.</summary>
    private const int MostElements = 20_000;

    /// <summary>Tags that never close make the parser quadratic. Usual mails take milliseconds; the callback that brought it is answered after four seconds.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2.5);

    private static readonly IConfiguration Configuration = AngleSharp.Configuration.Default.WithCss(new CssParserOptions());

    // On a busy machine compiling the parser can take longer than any mail may: it must not count as the first one's.
    private static readonly Lazy<bool> IsCompiled = new(() =>
    {
        using var document = Parse("<p style='color:red'>a<b>b<i>c</b>d</i><table><td>&lt;<blockquote>e</table><ul><li>f<a href=g>h</a><br><img src=i>", Timeout.InfiniteTimeSpan);
        return document is not null;
    });

    /// <summary>Null when it is over a bound.</summary>
    public static IHtmlDocument? Parse(string html)
    {
        if (html.Length > Most) return null;
        _ = IsCompiled.Value;
        return Parse(html, Longest);
    }

    private static IHtmlDocument? Parse(string html, TimeSpan longest)
    {
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var options = new HtmlParserOptions
        {
            MaximumDepth = Deepest,
            OnToken = (_, _) => Watch(allocated, start, longest),
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
        if (GC.GetAllocatedBytesForCurrentThread() - allocated > MostAllocated) throw new TooMuchException();
        if (longest != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > longest) throw new TooMuchException();
    }

    private sealed class TooMuchException : Exception;
}
