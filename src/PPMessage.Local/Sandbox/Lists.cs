using System.Globalization;

namespace PPMessage.Local.Sandbox;

/// <summary>
/// Pages as Twilio cuts them: <c>PageToken</c> names the last item that was seen (<c>PA…</c>) or the first (<c>PB…</c>, backwards),
/// so that what is added meanwhile moves no page.
/// </summary>
internal sealed record Cut<T>(IReadOnlyList<T> Items, int Page, int PageSize, string? After, string? Before)
{
    public const int DefaultPageSize = 50;
    public const int LargestPageSize = 1000;

    /// <param name="all">Every item in order, with those that are gone but can still be named by a token.</param>
    public static Cut<T> Of(IQueryCollection query, IReadOnlyList<T> all, Func<T, string> sid, Func<T, bool> fits)
    {
        var size = Number(query["PageSize"], DefaultPageSize, 1, LargestPageSize);
        var page = Number(query["Page"], 0, 0, int.MaxValue);
        var fitting = Rest(query["PageToken"].ToString(), all, sid, page * size, fits, size).ToList();
        var items = fitting.Take(size).ToList();
        return new Cut<T>(items, page, size, fitting.Count > size ? "PA" + sid(items[^1]) : null, page > 0 && items.Count > 0 ? "PB" + sid(items[0]) : null);
    }

    private static IEnumerable<T> Rest(string token, IReadOnlyList<T> all, Func<T, string> sid, int skipped, Func<T, bool> fits, int size)
    {
        if (token.Length < 2) return all.Where(fits).Skip(skipped);
        var named = token[2..];
        return token.StartsWith("PB", StringComparison.Ordinal)
            ? Last(all.TakeWhile(item => sid(item) != named).Where(fits).ToList(), size, all, named, sid, fits)
            : all.SkipWhile(item => sid(item) != named).Skip(1).Where(fits);
    }

    /// <summary>The page before the named item, and what follows it.</summary>
    private static IEnumerable<T> Last(List<T> before, int size, IReadOnlyList<T> all, string named, Func<T, string> sid, Func<T, bool> fits) =>
        before.Skip(Math.Max(0, before.Count - size)).Concat(all.SkipWhile(item => sid(item) != named).Where(fits));

    private static int Number(string? text, int fallback, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, lowest, highest) : fallback;
}

/// <summary>The addresses of pages: the filters as they were asked, then size, number and token.</summary>
internal static class PageUris
{
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal) { "PageSize", "Page", "PageToken" };

    /// <summary>The page with its place among the others.</summary>
    public static TPage Placed<TPage, TItem>(this TPage page, HttpRequest request, Cut<TItem> cut)
        where TPage : PageJson => (TPage)((PageJson)page with
        {
            Start = cut.Page * cut.PageSize,
            End = (cut.Page * cut.PageSize) + Math.Max(0, cut.Items.Count - 1),
            Page = cut.Page,
            PageSize = cut.PageSize,
            Uri = Uri(request, cut.PageSize, cut.Page, Token(request)),
            FirstPageUri = Uri(request, cut.PageSize, 0, null),
            NextPageUri = cut.After is null ? null : Uri(request, cut.PageSize, cut.Page + 1, cut.After),
            PreviousPageUri = cut.Before is null ? null : Uri(request, cut.PageSize, cut.Page - 1, cut.Before),
        });

    private static string? Token(HttpRequest request) => request.Query.TryGetValue("PageToken", out var token) ? token.ToString() : null;

    private static string Uri(HttpRequest request, int size, int page, string? token)
    {
        var filters = request.Query.Where(pair => !Own.Contains(pair.Key)).SelectMany(pair => pair.Value, (pair, value) => (pair.Key, Value: value ?? ""));
        var query = string.Concat(filters.Select(filter => $"{System.Uri.EscapeDataString(filter.Key)}={System.Uri.EscapeDataString(filter.Value)}&"));
        return $"{request.Path}?{query}PageSize={size}&Page={page}{(token is null ? "" : $"&PageToken={token}")}";
    }
}
