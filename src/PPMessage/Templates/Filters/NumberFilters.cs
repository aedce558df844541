namespace PPMessage.Templates.Filters;

/// <summary>Liquid's filters on numbers, in decimals. What is no number is 0.</summary>
internal static class NumberFilters
{
    public static object Plus(object? input, object? other) => FilterInput.Number(input) + FilterInput.Number(other);

    public static object Minus(object? input, object? other) => FilterInput.Number(input) - FilterInput.Number(other);

    public static object Times(object? input, object? other) => FilterInput.Number(input) * FilterInput.Number(other);

    /// <summary>Of two whole numbers the whole quotient, rounded down: 20 by 7 is 2, by 7.0 it is 2.857….</summary>
    public static object DividedBy(object? input, object? other)
    {
        var (number, divisor) = (FilterInput.Number(input), Divisor(other));
        return IsWhole(number) && IsWhole(divisor) ? decimal.Floor(number / divisor) : number / divisor;
    }

    /// <summary>Has the sign of the divisor, as in Ruby.</summary>
    public static object Modulo(object? input, object? other)
    {
        var (number, divisor) = (FilterInput.Number(input), Divisor(other));
        var rest = number % divisor;
        return rest != 0 && rest < 0 != divisor < 0 ? rest + divisor : rest;
    }

    public static object Abs(object? input) => Math.Abs(FilterInput.Number(input));

    public static object Ceil(object? input) => decimal.Ceiling(FilterInput.Number(input));

    public static object Floor(object? input) => decimal.Floor(FilterInput.Number(input));

    public static object Round(object? input, object? places = null) =>
        decimal.Round(FilterInput.Number(input), Math.Clamp(FilterInput.Whole(places), 0, 28), MidpointRounding.AwayFromZero);

    public static object AtLeast(object? input, object? least) => Math.Max(FilterInput.Number(input), FilterInput.Number(least));

    public static object AtMost(object? input, object? most) => Math.Min(FilterInput.Number(input), FilterInput.Number(most));

    private static decimal Divisor(object? value) =>
        FilterInput.Number(value) is not 0 and var divisor ? divisor : throw new TemplateMistakeException("A number is divided by 0.");

    // A number that is written with decimals is none, even if these are zeros: that is how an author asks for a quotient that is not rounded.
    private static bool IsWhole(decimal value) => value.Scale == 0;
}
