namespace PPMessage.Filters;

/// <summary>The predicates that operators compile to. They allocate nothing, unless a text's widths change.</summary>
internal static class Predicates
{
    public static Predicate Exists(IReadOnlyList<Constant> constants, Period period) => (in value, in _) => value.Kind != FieldValueKind.None;

    /// <summary>To any of the constants.</summary>
    public static Predicate Equal(IReadOnlyList<Constant> constants, Period period) => (in value, in moment) =>
    {
        for (var i = 0; i < constants.Count; i++)
            if (constants[i].Is(value, moment)) return true;
        return false;
    };

    public static Predicate ContainsAny(IReadOnlyList<Constant> constants, Period period) => (in value, in _) =>
    {
        for (var i = 0; i < constants.Count; i++)
            if (constants[i].IsIn(value)) return true;
        return false;
    };

    public static Predicate ContainsAll(IReadOnlyList<Constant> constants, Period period) => (in value, in _) =>
    {
        for (var i = 0; i < constants.Count; i++)
            if (!constants[i].IsIn(value)) return false;
        return true;
    };

    public static Predicate StartsWith(IReadOnlyList<Constant> constants, Period period) => (in value, in _) =>
        value.Kind == FieldValueKind.Text && FoldedText.Of(value.Text).StartsWith(constants[0].Text!, StringComparison.OrdinalIgnoreCase);

    public static Predicate EndsWith(IReadOnlyList<Constant> constants, Period period) => (in value, in _) =>
        value.Kind == FieldValueKind.Text && FoldedText.Of(value.Text).EndsWith(constants[0].Text!, StringComparison.OrdinalIgnoreCase);

    public static Func<IReadOnlyList<Constant>, Period, Predicate> Ordered(Func<int, bool> holds) => (constants, _) =>
        (in value, in moment) => constants[0].Order(value, moment) is { } order && holds(order);

    /// <summary>Both ends are in.</summary>
    public static Predicate Between(IReadOnlyList<Constant> constants, Period period) => (in value, in moment) =>
        constants[0].Order(value, moment) >= 0 && constants[1].Order(value, moment) <= 0;

    /// <summary>A time from then until now. A day from then until today, both in: <c>P7D</c> is today and the seven days before.</summary>
    public static Predicate Within(IReadOnlyList<Constant> constants, Period period) => (in value, in moment) =>
        value.Kind != FieldValueKind.None && IsWithin(value, moment, period.Before(moment), moment.Now);

    /// <summary>As <see cref="Within"/>, from now on.</summary>
    public static Predicate WithinNext(IReadOnlyList<Constant> constants, Period period) => (in value, in moment) =>
        value.Kind != FieldValueKind.None && IsWithin(value, moment, moment.Now, period.After(moment));

    private static bool IsWithin(in FieldValue value, in FilterMoment moment, DateTimeOffset from, DateTimeOffset to) => value.Kind switch
    {
        FieldValueKind.Time => from <= value.Time && value.Time <= to,
        FieldValueKind.Day => moment.DayOf(from) <= value.Day && value.Day <= moment.DayOf(to),
        FieldValueKind.Text => IsWithin(Reading.TimeOrDay(FoldedText.Of(value.Text)), moment, from, to),
        _ => false,
    };
}
