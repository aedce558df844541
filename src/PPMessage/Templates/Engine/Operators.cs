using DotLiquid;

namespace PPMessage.Templates.Engine;

/// <summary>
/// The library compares 5 with 5.4 by rounding, and texts by the sign of a difference that need not be one. What cannot be compared is not less and not more,
/// instead of the end of the rendering.
/// </summary>
internal static class Operators
{
    public static void Replace()
    {
        var all = Condition.Operators;
        var symbols = all["=="];
        all["=="] = (left, right) => IsEqual(left, right, symbols);
        all["!="] = all["<>"] = (left, right) => !IsEqual(left, right, symbols);
        all["<"] = (left, right) => Values.Compare(left, right) < 0;
        all[">"] = (left, right) => Values.Compare(left, right) > 0;
        all["<="] = (left, right) => Values.Compare(left, right) <= 0;
        all[">="] = (left, right) => Values.Compare(left, right) >= 0;
        all["contains"] = Contains;
    }

    // "blank" and "empty" are of a type that only the library knows.
    private static bool IsEqual(object? left, object? right, ConditionOperatorDelegate symbols) =>
        IsValue(left) && IsValue(right) ? Values.Same(left, right) : symbols(left, right);

    private static bool IsValue(object? value) => value is null or string or decimal or int or long or bool or DateTimeOffset or ListValue or MapValue;

    private static bool Contains(object? left, object? right) => left switch
    {
        string text => right is string or int or long or decimal && text.Contains(Values.ScalarText(right), StringComparison.Ordinal),
        ListValue list => list.Any(item => Values.Same(item, right)),
        MapValue map => right is not null && map.ContainsKey(right),
        _ => false,
    };
}
