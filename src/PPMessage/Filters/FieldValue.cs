using System.Globalization;
using System.Text.Json;

namespace PPMessage.Filters;

internal enum FieldValueKind
{
    None,
    Text,
    Number,
    Boolean,
    Time,
    Day,
    List,
}

/// <summary>A field's value at run time; its default is no value. A blank text and an empty list are none either: nobody who asks for missing names means otherwise.</summary>
internal readonly record struct FieldValue
{
    private const string DayForm = "yyyy-MM-dd";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    // 28 places: as many as a decimal may have.
    private const string NumberForm = "0.############################";

    private readonly object? _content;
    private readonly decimal _number;
    private readonly long _ticks;

    private FieldValue(FieldValueKind kind, object? content = null, decimal number = 0, long ticks = 0) =>
        (Kind, _content, _number, _ticks) = (kind, content, number, ticks);

    public static FieldValue None => default;

    public FieldValueKind Kind { get; }

    /// <summary>As it was given, not folded. This and the following may only be asked of values of their kind.</summary>
    public string Text => (string)_content!;

    public decimal Number => _number;

    public bool Boolean => _ticks != 0;

    /// <summary>In UTC.</summary>
    public DateTimeOffset Time => new(_ticks, TimeSpan.Zero);

    public DateOnly Day => DateOnly.FromDayNumber((int)_ticks);

    public IReadOnlyList<string> List => (IReadOnlyList<string>)_content!;

    public static FieldValue Of(string? value) => string.IsNullOrWhiteSpace(value) ? None : new(FieldValueKind.Text, value);

    public static FieldValue Of(decimal value) => new(FieldValueKind.Number, number: value);

    public static FieldValue Of(bool value) => new(FieldValueKind.Boolean, ticks: value ? 1 : 0);

    public static FieldValue Of(DateTimeOffset? value) => value is { } time ? new(FieldValueKind.Time, ticks: time.UtcTicks) : None;

    public static FieldValue Of(DateOnly value) => new(FieldValueKind.Day, ticks: value.DayNumber);

    public static FieldValue Of(IReadOnlyList<string> value) => value.Count == 0 ? None : new(FieldValueKind.List, value);

    /// <summary>
    /// Texts stay texts, be they days or times: the filter reads them as what its field is. An object is its JSON, so that it exists; so are the
    /// entries of an array that are no texts, but null ones are left out. A number beyond a decimal's range is the greatest or the least.
    /// </summary>
    public static FieldValue Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(Reading.Text(value)),
        JsonValueKind.Number => Of(NumberOf(value)),
        JsonValueKind.True or JsonValueKind.False => Of(value.GetBoolean()),
        JsonValueKind.Array => Of([.. value.EnumerateArray().Select(ItemOf).OfType<string>()]),
        JsonValueKind.Object => Of(value.GetRawText()),
        _ => None,
    };

    /// <summary>For people who read traces, and for comparing with a text.</summary>
    public override string ToString() => Kind switch
    {
        FieldValueKind.None => "(none)",
        FieldValueKind.Text => Text,
        FieldValueKind.Number => _number.ToString(NumberForm, CultureInfo.InvariantCulture),
        FieldValueKind.Boolean => Boolean ? "true" : "false",
        FieldValueKind.Time => Time.ToString(TimeForm, CultureInfo.InvariantCulture),
        FieldValueKind.Day => Day.ToString(DayForm, CultureInfo.InvariantCulture),
        _ => string.Join(", ", List),
    };

    private static decimal NumberOf(JsonElement value) =>
        value.TryGetDecimal(out var number) ? number
        : value.GetRawText().StartsWith('-') ? decimal.MinValue
        : decimal.MaxValue;

    private static string? ItemOf(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => Reading.Text(item),
        JsonValueKind.Null => null,
        _ => item.GetRawText(),
    };
}
