using System.Globalization;

namespace PPMessage.Templates;

/// <summary>What texts may name, and what is found there when one is rendered. Immutable.</summary>
/// <typeparam name="T">What it is found in.</typeparam>
internal sealed class Named<T>
{
    private static readonly string[] OfMany = ["size", "first", "last"];

    private readonly Func<T, object?> _value;
    private readonly IReadOnlyDictionary<string, Named<T>>? _members;
    private readonly bool _isOpen;
    private readonly bool _isList;

    private Named(Func<T, object?> value, IReadOnlyDictionary<string, Named<T>>? members = null, bool isOpen = false, bool isList = false) =>
        (_value, _members, _isOpen, _isList) = (value, members, isOpen, isList);

    public object? Of(T scope) => _value(scope);

    /// <summary>A text, a number, a time, or whether something holds.</summary>
    public static Named<T> Scalar(Func<T, object?> value) => new(value);

    /// <summary>A list of texts.</summary>
    public static Named<T> List(Func<T, IEnumerable<string>> value) => new(scope => value(scope).ToList<object?>(), isList: true);

    /// <summary>What may be in it is not known before.</summary>
    public static Named<T> Open(Func<T, object?> value) => new(value, isOpen: true);

    /// <summary>A closed set of members.</summary>
    /// <param name="exists">Where it does not hold there is none.</param>
    public static Named<T> Object(Func<T, bool> exists, Dictionary<string, Named<T>> members) =>
        new(scope => exists(scope) ? members.ToDictionary(member => member.Key, member => member.Value.Of(scope)) : null, members);

    /// <summary>Why nothing is ever found there; null: something may be.</summary>
    /// <param name="path">What this is called.</param>
    /// <param name="members">One within the other; null: not known before.</param>
    public string? MistakeOf(string path, ReadOnlySpan<string?> members)
    {
        if (_isOpen || members is not [{ } member, .. var rest]) return null;
        if (_members?.TryGetValue(member, out var inner) == true) return inner.MistakeOf($"{path}.{member}", rest);
        if (_members is not null) return $"There is no '{path}.{member}'. '{path}' has {string.Join(", ", _members.Keys.Order(StringComparer.Ordinal))}.";
        // Texts have a length, too.
        if (OfMany.Contains(member) || (_isList && int.TryParse(member, CultureInfo.InvariantCulture, out _))) return null;
        return $"There is no '{path}.{member}': '{path}' is {(_isList ? "a list of texts" : "a value of its own")}.";
    }
}
