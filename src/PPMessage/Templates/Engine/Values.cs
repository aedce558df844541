using System.Collections;
using System.Globalization;
using System.Text;
using DotLiquid;

namespace PPMessage.Templates.Engine;

/// <summary>
/// The values that a template can hold: strings, numbers, bools, times, nothing, <see cref="ListValue"/> and <see cref="MapValue"/>. The library looks at no
/// other object's properties, so this is all that a template can reach.
/// </summary>
internal static class Values
{
    private const string Number = "0.############################";

    /// <summary>Lists that stand deeper within lists are empty: whoever goes through them would run out of stack.</summary>
    private const int Deepest = 32;

    /// <summary>Null for what is none of the values of a template.</summary>
    public static object? Of(object? value, Budget budget, int deeper = Deepest) => value switch
    {
        string or decimal or int or long or bool or DateTimeOffset => value,
        IReadOnlyDictionary<string, object?> map => new MapValue(map, budget),
        IReadOnlyList<object?> list when deeper > 0 => ListValue.Of(list, budget, deeper - 1),
        _ => null,
    };

    /// <summary>As it is written into a text. A list is its items without anything between them, as in Liquid; a map is JSON.</summary>
    public static string Text(object? value, Budget budget) => value switch
    {
        ListValue list => Join(list, string.Empty, budget),
        MapValue map => Json.Of(map, budget),
        _ => ScalarText(value),
    };

    /// <summary>Empty for lists and maps.</summary>
    public static string ScalarText(object? value) => value switch
    {
        string text => text,
        bool yes => yes ? "true" : "false",
        decimal number => number.ToString(Number, CultureInfo.InvariantCulture),
        int or long or char => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        DateTimeOffset at => TimeText(at),
        _ => string.Empty,
    };

    /// <summary>Ruby's form of a time, in which Liquid writes it.</summary>
    public static string TimeText(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty);

    public static string Join(IEnumerable<object?> items, string glue, Budget budget)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            var next = Text(item, budget);
            budget.Spend(next.Length + glue.Length + 1);
            if (text.Length > 0) text.Append(glue);
            text.Append(next);
        }

        return text.ToString();
    }

    /// <summary>Null for what is no number; a text that reads as one is one.</summary>
    public static decimal? AsNumber(object? value) => value switch
    {
        decimal number => number,
        int number => number,
        long number => number,
        string text when decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>Of the same kind and equal; "3" is not 3.</summary>
    public static bool Same(object? left, object? right) => Compare(left, right) switch
    {
        { } order => order == 0,
        null => left is bool ? left.Equals(right) : ReferenceEquals(left, right) || SameItems(left, right),
    };

    /// <summary>Null when neither is before the other: nothing is more than a list, and a number no more than a text.</summary>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (string one, string other) => Math.Sign(string.CompareOrdinal(one, other)),
        (string, _) or (_, string) => null,
        (DateTimeOffset one, DateTimeOffset other) => one.CompareTo(other),
        _ => AsNumber(left) is { } one && AsNumber(right) is { } other ? one.CompareTo(other) : null,
    };

    public static bool IsTruthy(object? value) => value is not (null or false);

    private static bool SameItems(object? left, object? right) => left is ListValue one && right is ListValue other && one.SequenceEqual(other);
}

/// <summary>A list, whose items are values of templates.</summary>
internal sealed class ListValue(IEnumerable<object?> items, Budget budget) : List<object?>(items)
{
    public static ListValue Of(IReadOnlyList<object?> items, Budget budget, int deeper)
    {
        budget.Spend(items.Count);
        return new ListValue(items.Select(item => Values.Of(item, budget, deeper)), budget);
    }

    public override string ToString() => Values.Text(this, budget);
}

/// <summary>
/// A map, looked up by its names as they are written. Its values are converted when they are asked for. Enumerates lists of a name and a value, as Liquid does.
/// </summary>
internal sealed class MapValue(IReadOnlyDictionary<string, object?> values, Budget budget) : IIndexable, IEnumerable<object?>
{
    public IEnumerable<KeyValuePair<string, object?>> Pairs => values.Select(pair => KeyValuePair.Create(pair.Key, Values.Of(pair.Value, budget)));

    public object? this[object key] => key is string name && values.TryGetValue(name, out var value) ? Values.Of(value, budget) : null;

    public bool ContainsKey(object key) => key is string name && values.ContainsKey(name);

    public IEnumerator<object?> GetEnumerator() => Pairs.Select(pair => (object?)new ListValue([pair.Key, pair.Value], budget)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => Values.Text(this, budget);
}
