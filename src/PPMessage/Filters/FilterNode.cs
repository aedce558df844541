namespace PPMessage.Filters;

/// <summary>A compiled part of a filter.</summary>
internal abstract record FilterNode
{
    /// <summary>In the order in which they are written.</summary>
    public abstract IEnumerable<Condition> Conditions { get; }

    public abstract bool Matches(Lookup values, in FilterMoment moment);
}

internal sealed record AllOf(FilterNode[] Parts) : FilterNode
{
    public override IEnumerable<Condition> Conditions => Parts.SelectMany(part => part.Conditions);

    public override bool Matches(Lookup values, in FilterMoment moment)
    {
        foreach (var part in Parts)
            if (!part.Matches(values, moment)) return false;
        return true;
    }
}

internal sealed record AnyOf(FilterNode[] Parts) : FilterNode
{
    public override IEnumerable<Condition> Conditions => Parts.SelectMany(part => part.Conditions);

    public override bool Matches(Lookup values, in FilterMoment moment)
    {
        foreach (var part in Parts)
            if (part.Matches(values, moment)) return true;
        return false;
    }
}

internal sealed record Not(FilterNode Part) : FilterNode
{
    public override IEnumerable<Condition> Conditions => Part.Conditions;

    public override bool Matches(Lookup values, in FilterMoment moment) => !Part.Matches(values, moment);
}
