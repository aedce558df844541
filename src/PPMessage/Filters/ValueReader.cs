using System.Text.Json;

namespace PPMessage.Filters;

/// <summary>Reads what a condition wants, once, in the form that its field's type and its operator ask for.</summary>
internal sealed class ValueReader(Field field, Operator op, Action<string, string> mistake)
{
    public const int LongestText = 1000;
    public const int LongestList = 200;

    private const string ADay = "a day such as 2026-11-22";
    private const string ATime = "a time such as 2026-11-22T10:00:00+08:00";

    /// <summary>What was read, in words; null when the operator has no value.</summary>
    public string? Wanted { get; private set; }

    /// <summary>Null when a mistake was told.</summary>
    public Predicate? Read(JsonElement value, string at)
    {
        if (op.Operand == Operand.None) return value.ValueKind == JsonValueKind.Undefined ? op.Compile([], default) : Mistake<Predicate>(at, $"is not used with {op.Name}");
        if (value.ValueKind == JsonValueKind.Undefined) return Mistake<Predicate>(at, "is required");
        if (value.ValueKind == JsonValueKind.Null) return Mistake<Predicate>(at, "must not be null: use exists or missing to ask whether there is a value");
        Wanted = FieldValue.Of(value).ToString();
        if (op.Operand == Operand.Period) return PeriodOf(value, at) is { } period ? op.Compile([], period) : null;
        return Constants(value, at) is { } constants ? op.Compile(constants, default) : null;
    }

    private Constant[]? Constants(JsonElement value, string at) => op.Operand switch
    {
        Operand.One => One(value, at) is { } constant ? [constant] : null,
        Operand.List => List(value, at),
        _ => Range(value, at),
    };

    private Constant[]? List(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Array) return Mistake<Constant[]>(at, "must be a list");
        if (value.GetArrayLength() == 0) return Mistake<Constant[]>(at, "must not be empty");
        if (value.GetArrayLength() > LongestList) return Mistake<Constant[]>(at, $"may have at most {LongestList} entries");
        return Entries(value, at);
    }

    private Constant[]? Range(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2) return Mistake<Constant[]>(at, "must be a list of two: from and to");
        if (Entries(value, at) is not [var from, var to] both) return null;
        if (from.Number is null != to.Number is null) return Mistake<Constant[]>(at, "must be two of the same kind");
        // A day and a time are not compared here: that needs a zone.
        return from.Number > to.Number || from.Time > to.Time || from.Day > to.Day ? Mistake<Constant[]>(at, "must not end before it begins") : both;
    }

    private Constant[]? Entries(JsonElement value, string at)
    {
        var entries = value.EnumerateArray().Select((entry, i) => One(entry, $"{at}[{i}]")).ToList();
        return entries.Contains(null) ? null : [.. entries.OfType<Constant>()];
    }

    private Constant? One(JsonElement value, string at) => field.Type switch
    {
        FieldType.Number => Number(value, at, "must be a number"),
        FieldType.Boolean => Boolean(value) ?? Mistake<Constant>(at, "must be true or false"),
        FieldType.Day => Day(value) ?? Mistake<Constant>(at, $"must be {ADay}"),
        FieldType.Time => Time(value) ?? Day(value) ?? Mistake<Constant>(at, $"must be {ATime} or {ADay}"),
        FieldType.Any when op.Reads == Reads.Scalars => Scalar(value, at),
        FieldType.Any when op.Reads == Reads.Ordered => Time(value) ?? Day(value) ?? Number(value, at, $"must be a number, {ATime} or {ADay}"),
        _ => Text(value, at),
    };

    private Constant? Scalar(JsonElement value, string at) => value.ValueKind switch
    {
        JsonValueKind.Number => Number(value, at, string.Empty),
        JsonValueKind.True or JsonValueKind.False => Boolean(value),
        JsonValueKind.String => Text(value, at) is { } constant ? constant with { Time = Time(value)?.Time, Day = Day(value)?.Day } : null,
        _ => Mistake<Constant>(at, "must be a text, a number, true or false"),
    };

    private Constant? Text(JsonElement value, string at)
    {
        if (Reading.Text(value) is not { } text) return Mistake<Constant>(at, "must be a text");
        if (text.Length > LongestText) return Mistake<Constant>(at, $"may have at most {LongestText} characters");
        if (string.IsNullOrWhiteSpace(text)) return Mistake<Constant>(at, "must not be empty: use exists or missing to ask whether there is a value");
        var constant = new Constant(FoldedText.Of(text));
        return field.Choices is null || field.Choices.Any(choice => constant.Is(FieldValue.Of(choice), default)) ? constant : Mistake<Constant>(at, Allowed(field.Choices));
    }

    private static string Allowed(IReadOnlyList<string> choices) => choices.Count == 0 ? "has no choices to ask for yet" : $"must be one of: {string.Join(", ", choices)}";

    private Constant? Number(JsonElement value, string at, string message) =>
        value.ValueKind != JsonValueKind.Number ? Mistake<Constant>(at, message)
        : value.TryGetDecimal(out var number) ? new Constant(Number: number)
        : Mistake<Constant>(at, "is too large a number");

    private static Constant? Boolean(JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? new(Boolean: value.GetBoolean()) : null;

    private static Constant? Day(JsonElement value) => Reading.Text(value) is { } text && Reading.Day(text) is { } day ? new(Day: day) : null;

    private static Constant? Time(JsonElement value) => Reading.Text(value) is { } text && Reading.Time(text) is { } time ? new(Time: time) : null;

    private Period? PeriodOf(JsonElement value, string at)
    {
        if (Period.Parse(Reading.Text(value) ?? string.Empty) is not { } period) mistake(at, "must be an ISO 8601 duration such as P7D or PT12H, of at most 100 years");
        else if (field.Type == FieldType.Day && period.Time > TimeSpan.Zero) mistake(at, "must be in whole days, such as P7D");
        else if (field.Type == FieldType.Time && period == default) mistake(at, "must be longer than nothing");
        else return period;
        return null;
    }

    private T? Mistake<T>(string at, string message) where T : class
    {
        mistake(at, message);
        return null;
    }
}
