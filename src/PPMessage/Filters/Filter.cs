using System.Text.Json;

namespace PPMessage.Filters;

/// <summary>
/// A question about fields: <c>{"all":[{"field":"contact.attributes.plan","op":"eq","value":"pro"},{"not":{…}}]}</c>. Compiled once; immutable and safe to
/// use from many threads. Texts compare without regard to case, to full or half width, and to space around them.
/// </summary>
internal sealed class Filter
{
    private readonly FilterNode _root;
    private readonly Condition[] _conditions;

    private Filter(FilterNode root)
    {
        _root = root;
        _conditions = [.. root.Conditions];
        Fields = _conditions.Select(condition => condition.Field).ToHashSet();
    }

    /// <summary>The names that it looks at.</summary>
    public IReadOnlySet<string> Fields { get; }

    /// <summary>Null when there is a mistake. Each is told with where it is, which begins with the path, and what is wrong.</summary>
    public static Filter? Compile(JsonElement json, FindField fields, string path, Action<string, string> mistake)
    {
        var compiler = new FilterCompiler(fields, path, mistake);
        return compiler.Compile(json) is { } root ? new(root) : null;
    }

    /// <summary>Looks at no more fields than it takes to know.</summary>
    public bool Matches(Lookup values, FilterMoment moment) => _root.Matches(values, moment);

    /// <summary>What each condition finds by itself, whatever a <c>not</c> around it makes of it, in the order in which they are written.</summary>
    public IReadOnlyList<FilterFinding> Explain(Lookup values, FilterMoment moment) => [.. _conditions.Select(condition => condition.Explain(values, moment))];
}

/// <summary>What a condition found, for traces.</summary>
/// <param name="Path">Within the filter, such as <c>all[1].not</c>; empty when the condition is the whole filter.</param>
/// <param name="Wanted">Null for an operator without a value.</param>
/// <param name="Actual">As <see cref="FieldValue.ToString"/> writes it.</param>
internal sealed record FilterFinding(string Path, string Field, string Op, string? Wanted, string Actual, bool Holds);
