namespace PPMessage.Filters;

/// <summary>What stands in a condition's <c>value</c>.</summary>
internal enum Operand
{
    None,
    One,
    List,

    /// <summary>Two: from and to.</summary>
    Range,

    /// <summary>An ISO 8601 duration.</summary>
    Period,
}

/// <summary>What an operator's constants are where the field's type is not known.</summary>
internal enum Reads
{
    Scalars,
    Texts,
    Ordered,
}

/// <summary>Whether a condition holds for a value, before it is negated.</summary>
internal delegate bool Predicate(in FieldValue value, in FilterMoment moment);

/// <summary>
/// What conditions can ask. One that negates is exactly the other's opposite, so it holds for a field without value and for values that don't compare;
/// no other does (but for <c>missing</c>, the opposite of <c>exists</c>).
/// </summary>
internal sealed record Operator(string Name, Operand Operand, Reads Reads, bool Negates, IReadOnlyList<FieldType> Types, Func<IReadOnlyList<Constant>, Period, Predicate> Compile)
{
    private static readonly FieldType[] Every = Enum.GetValues<FieldType>();
    private static readonly FieldType[] Equatable = [FieldType.Text, FieldType.Number, FieldType.Boolean, FieldType.Day, FieldType.Choice];
    private static readonly FieldType[] Listable = [FieldType.Text, FieldType.Number, FieldType.Day, FieldType.Choice];
    private static readonly FieldType[] Comparable = [FieldType.Number, FieldType.Time, FieldType.Day];
    private static readonly FieldType[] Temporal = [FieldType.Time, FieldType.Day];

    public static IReadOnlyList<Operator> All { get; } =
    [
        new("eq", Operand.One, Reads.Scalars, false, Equatable, Predicates.Equal),
        new("ne", Operand.One, Reads.Scalars, true, Equatable, Predicates.Equal),
        new("in", Operand.List, Reads.Scalars, false, Listable, Predicates.Equal),
        new("not_in", Operand.List, Reads.Scalars, true, Listable, Predicates.Equal),
        new("contains", Operand.One, Reads.Texts, false, [FieldType.Text, FieldType.List], Predicates.ContainsAny),
        new("not_contains", Operand.One, Reads.Texts, true, [FieldType.Text, FieldType.List], Predicates.ContainsAny),
        new("contains_any", Operand.List, Reads.Texts, false, [FieldType.List], Predicates.ContainsAny),
        new("contains_all", Operand.List, Reads.Texts, false, [FieldType.List], Predicates.ContainsAll),
        new("starts_with", Operand.One, Reads.Texts, false, [FieldType.Text], Predicates.StartsWith),
        new("ends_with", Operand.One, Reads.Texts, false, [FieldType.Text], Predicates.EndsWith),
        new("lt", Operand.One, Reads.Ordered, false, Comparable, Predicates.Ordered(order => order < 0)),
        new("lte", Operand.One, Reads.Ordered, false, Comparable, Predicates.Ordered(order => order <= 0)),
        new("gt", Operand.One, Reads.Ordered, false, Comparable, Predicates.Ordered(order => order > 0)),
        new("gte", Operand.One, Reads.Ordered, false, Comparable, Predicates.Ordered(order => order >= 0)),
        new("between", Operand.Range, Reads.Ordered, false, Comparable, Predicates.Between),
        new("within", Operand.Period, Reads.Ordered, false, Temporal, Predicates.Within),
        new("not_within", Operand.Period, Reads.Ordered, true, Temporal, Predicates.Within),
        new("within_next", Operand.Period, Reads.Ordered, false, Temporal, Predicates.WithinNext),
        new("exists", Operand.None, Reads.Scalars, false, Every, Predicates.Exists),
        new("missing", Operand.None, Reads.Scalars, true, Every, Predicates.Exists),
    ];

    public static Operator? Find(string name) => All.FirstOrDefault(one => one.Name == name);

    public bool Allows(FieldType type) => type == FieldType.Any || Types.Contains(type);
}
