using DotLiquid;
using PPMessage.Templates.Engine;

namespace PPMessage.Templates.Filters;

/// <summary>What filters are given, as what they work with. Each of these counts the length of what it hands out as work.</summary>
internal static class FilterInput
{
    public static string Text(this Context context, object? value)
    {
        var budget = Budget.Of(context);
        var text = Values.Text(value, budget);
        budget.Spend(text.Length);
        return text;
    }

    /// <summary>What is no list is a list of itself, nothing is an empty one.</summary>
    public static IReadOnlyList<object?> List(this Context context, object? value)
    {
        var items = value switch { null => [], ListValue list => (IReadOnlyList<object?>)list, MapValue map => [.. map], _ => [value] };
        Budget.Of(context).Spend(items.Count);
        return items;
    }

    /// <summary>As in Liquid, what is no number is 0.</summary>
    public static decimal Number(object? value) => Values.AsNumber(value) ?? 0;

    /// <summary>A count or a place within a text or a list, cut to what can be one.</summary>
    public static int Whole(object? value) => (int)Math.Clamp(decimal.Truncate(Number(value)), int.MinValue, int.MaxValue);

    public static object Listed(this Context context, IEnumerable<object?> items) => new ListValue(items, Budget.Of(context));

    public static object? Property(object? item, object? name) => item is MapValue map && name is not null ? map[name] : null;
}
