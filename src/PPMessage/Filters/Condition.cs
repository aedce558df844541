namespace PPMessage.Filters;

/// <summary>A leaf: one question about one field.</summary>
/// <param name="Path">Within the filter, such as <c>all[1].not</c>; empty when it is the whole filter.</param>
/// <param name="Wanted">The value in words; null for an operator that has none.</param>
internal sealed record Condition(string Path, string Field, string Op, string? Wanted, Predicate Predicate, bool Negated) : FilterNode
{
    public override IEnumerable<Condition> Conditions => [this];

    public override bool Matches(Lookup values, in FilterMoment moment) => Holds(values(Field), moment);

    public FilterFinding Explain(Lookup values, in FilterMoment moment)
    {
        var value = values(Field);
        return new(Path, Field, Op, Wanted, value.ToString(), Holds(value, moment));
    }

    private bool Holds(in FieldValue value, in FilterMoment moment) => Predicate(value, moment) != Negated;
}
