namespace PPMessage.Filters;

/// <summary>
/// What a filter compares values with, in each kind that it can be read as. Values of other kinds are read as one of these when that can be done
/// (the text "12" is a number to a number), else they don't compare. A time and a day compare as days in the moment's zone.
/// </summary>
/// <param name="Text">Folded.</param>
internal sealed record Constant(string? Text = null, decimal? Number = null, bool? Boolean = null, DateTimeOffset? Time = null, DateOnly? Day = null)
{
    public bool Is(in FieldValue value, in FilterMoment moment) => Order(value, moment) == 0;

    /// <summary>Below zero when the value comes before this constant, zero when they are equal; null: they don't compare.</summary>
    public int? Order(in FieldValue value, in FilterMoment moment) => value.Kind switch
    {
        FieldValueKind.None or FieldValueKind.List => null,
        FieldValueKind.Text => OrderText(FoldedText.Of(value.Text), moment),
        FieldValueKind.Number when Number is { } number => value.Number.CompareTo(number),
        FieldValueKind.Boolean when Boolean is { } boolean => value.Boolean.CompareTo(boolean),
        FieldValueKind.Time when Time is { } time => value.Time.CompareTo(time),
        FieldValueKind.Time when Day is { } day => moment.DayOf(value.Time).CompareTo(day),
        FieldValueKind.Day when Day is { } day => value.Day.CompareTo(day),
        FieldValueKind.Day when Time is { } time => value.Day.CompareTo(moment.DayOf(time)),
        _ => Text is null ? null : string.Compare(value.ToString(), Text, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>Whether a text has this one in it, or a list has it as an entry.</summary>
    public bool IsIn(in FieldValue value) => value.Kind switch
    {
        FieldValueKind.Text => FoldedText.Of(value.Text).Contains(Text!, StringComparison.OrdinalIgnoreCase),
        FieldValueKind.List => IsEntryOf(value.List),
        _ => false,
    };

    private bool IsEntryOf(IReadOnlyList<string> list)
    {
        for (var i = 0; i < list.Count; i++)
            if (FoldedText.Of(list[i]).Equals(Text, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private int? OrderText(string text, in FilterMoment moment) =>
        Text is not null ? string.Compare(text, Text, StringComparison.OrdinalIgnoreCase)
        : Number is { } number ? Reading.Number(text)?.CompareTo(number)
        : Boolean is { } boolean ? Reading.Boolean(text)?.CompareTo(boolean)
        : Order(Reading.TimeOrDay(text), moment);
}
