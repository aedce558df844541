using DotLiquid;
using PPMessage.Templates.Engine;

namespace PPMessage.Templates.Filters;

/// <summary>The filters that put one text for another. How long it gets is known, and paid for, before it is made.</summary>
internal static class ReplaceFilters
{
    public static string Replace(Context context, object? input, object? part, object? instead = null)
    {
        var (text, search, other) = (context.Text(input), context.Text(part), context.Text(instead));
        if (search.Length == 0) return text;
        var places = Occurrences(text, search);
        Budget.Of(context).Spend(text.Length + Math.Max(0, places * (other.Length - search.Length)));
        return text.Replace(search, other, StringComparison.Ordinal);
    }

    public static string ReplaceFirst(Context context, object? input, object? part, object? instead = null) =>
        ReplaceOne(context, input, part, instead, static (text, search) => text.IndexOf(search, StringComparison.Ordinal));

    public static string ReplaceLast(Context context, object? input, object? part, object? instead = null) =>
        ReplaceOne(context, input, part, instead, static (text, search) => text.LastIndexOf(search, StringComparison.Ordinal));

    public static string Remove(Context context, object? input, object? part) => Replace(context, input, part);

    public static string RemoveFirst(Context context, object? input, object? part) => ReplaceFirst(context, input, part);

    public static string RemoveLast(Context context, object? input, object? part) => ReplaceLast(context, input, part);

    public static string StripNewlines(Context context, object? input) => context.Text(input).Replace("\r", string.Empty).Replace("\n", string.Empty);

    public static string NewlineToBr(Context context, object? input) => context.Text(input).Replace("\r\n", "\n").Replace("\n", "<br />\n");

    private static string ReplaceOne(Context context, object? input, object? part, object? instead, Func<string, string, int> find)
    {
        var (text, search, other) = (context.Text(input), context.Text(part), context.Text(instead));
        var place = search.Length == 0 ? -1 : find(text, search);
        return place < 0 ? text : string.Concat(text.AsSpan(0, place), other, text.AsSpan(place + search.Length));
    }

    private static long Occurrences(string text, string search)
    {
        var count = 0L;
        for (var at = text.IndexOf(search, StringComparison.Ordinal); at >= 0; at = text.IndexOf(search, at + search.Length, StringComparison.Ordinal)) count++;
        return count;
    }
}
