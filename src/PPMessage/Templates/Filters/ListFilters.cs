using DotLiquid;
using PPMessage.Templates.Engine;

namespace PPMessage.Templates.Filters;

/// <summary>Liquid's filters on lists. What is no list is a list of itself.</summary>
internal static class ListFilters
{
    public static object Size(Context context, object? input) => input is ListValue or MapValue ? context.List(input).Count : input is string text ? Runes.Count(text) : 0;

    public static object? First(Context context, object? input) => input is ListValue or MapValue && context.List(input) is [var first, ..] ? first : null;

    public static object? Last(Context context, object? input) => input is ListValue or MapValue && context.List(input) is [.., var last] ? last : null;

    public static string Join(Context context, object? input, object? glue = null) =>
        Values.Join(context.List(input), glue is null ? " " : context.Text(glue), Budget.Of(context));

    public static object Concat(Context context, object? input, object? more) => context.Listed(context.List(input).Concat(context.List(more)));

    public static object Reverse(Context context, object? input) => context.Listed(context.List(input).Reverse());

    public static object Compact(Context context, object? input) => context.Listed(context.List(input).Where(item => item is not null));

    public static object Compact(Context context, object? input, object? property) =>
        context.Listed(context.List(input).Where(item => FilterInput.Property(item, property) is not null));

    public static object Map(Context context, object? input, object? property) => context.Listed(context.List(input).Select(item => FilterInput.Property(item, property)));

    /// <summary>Without a value: those whose property is neither false nor missing.</summary>
    public static object Where(Context context, object? input, object? property, object? value = null) =>
        context.Listed(context.List(input).Where(item => Matches(item, property, value)));

    public static object Reject(Context context, object? input, object? property, object? value = null) =>
        context.Listed(context.List(input).Where(item => !Matches(item, property, value)));

    public static object Uniq(Context context, object? input) => context.Listed(context.List(input).DistinctBy(item => context.Text(item)));

    public static object Sum(Context context, object? input, object? property = null) =>
        context.List(input).Sum(item => FilterInput.Number(property is null ? item : FilterInput.Property(item, property)));

    public static object Sort(Context context, object? input, object? property = null) => Sorted(context, input, property, StringComparer.Ordinal);

    public static object SortNatural(Context context, object? input, object? property = null) => Sorted(context, input, property, StringComparer.OrdinalIgnoreCase);

    /// <summary>Of a text or a list. A place from before the beginning is nothing.</summary>
    public static object Slice(Context context, object? input, object? from, object? length = null)
    {
        var (start, count) = ((long)FilterInput.Whole(from), length is null ? 1L : Math.Max(0, FilterInput.Whole(length)));
        if (input is ListValue list) return context.Listed(context.List(list).Skip((int)Begin(start, list.Count)).Take((int)count));
        var text = context.Text(input);
        var begin = Begin(start, Runes.Count(text));
        return Runes.Slice(text, begin, begin + count);
    }

    private static long Begin(long start, int size) => start >= 0 ? start : start + size >= 0 ? start + size : int.MaxValue;

    private static bool Matches(object? item, object? property, object? value)
    {
        var found = FilterInput.Property(item, property);
        return value is null ? Values.IsTruthy(found) : Values.Same(found, value);
    }

    // Nothing comes last; what cannot be compared with one another is compared as text.
    private static object Sorted(Context context, object? input, object? property, StringComparer texts)
    {
        var keyed = context.List(input).Select(item => (Item: item, Key: property is null ? item : FilterInput.Property(item, property))).ToList();
        var asNumbers = keyed.All(pair => pair.Key is null or int or long or decimal);
        var sorted = asNumbers
            ? keyed.OrderBy(pair => pair.Key is null).ThenBy(pair => FilterInput.Number(pair.Key))
            : keyed.OrderBy(pair => pair.Key is null).ThenBy(pair => context.Text(pair.Key), texts);
        return context.Listed(sorted.Select(pair => pair.Item));
    }
}
