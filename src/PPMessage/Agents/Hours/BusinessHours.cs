using PPMessage.Http;

namespace PPMessage.Agents.Hours;

/// <summary>When people are there, by the clock on a wall of <see cref="TimeZone"/>. Where it was never set, always.</summary>
internal sealed record BusinessHours : Setting
{
    /// <summary>IANA name.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>A day that is missing is closed. Ranges in order, without overlap.</summary>
    public IReadOnlyDictionary<DayOfWeek, IReadOnlyList<ClockRange>> Weekly { get; init; } = new Dictionary<DayOfWeek, IReadOnlyList<ClockRange>>();

    public IReadOnlyList<Holiday> Holidays { get; init; } = [];

    /// <summary>Days that are worked whatever the week and the holidays say (调休).</summary>
    public IReadOnlyList<MakeUpDay> MakeUpDays { get; init; } = [];

    /// <summary>What is open on a date.</summary>
    public IReadOnlyList<ClockRange> On(DateOnly date)
    {
        if (MakeUpDays.FirstOrDefault(day => day.Date == date) is { } madeUp) return madeUp.Like is { } like ? OfWeek(like) : madeUp.Hours ?? [];
        return Holidays.Any(holiday => holiday.Date <= date && date <= (holiday.To ?? holiday.Date)) ? [] : OfWeek(date.DayOfWeek);
    }

    private IReadOnlyList<ClockRange> OfWeek(DayOfWeek day) => Weekly.GetValueOrDefault(day) ?? [];
}

/// <summary>Part of a day in minutes since its midnight: from the first up to, not including, the second. 1440 is "24:00".</summary>
[Schema("""{"type":"object","properties":{"from":{"type":"string"},"to":{"type":"string"}},"required":["from","to"]}""")]
internal sealed record ClockRange(int From, int To);

/// <param name="To">The last day, included; null: it is one day.</param>
internal sealed record Holiday(DateOnly Date, string Name, DateOnly? To);

/// <param name="Like">The day of the week whose hours it has; else it has <paramref name="Hours"/>.</param>
internal sealed record MakeUpDay(DateOnly Date, string Name, DayOfWeek? Like, IReadOnlyList<ClockRange>? Hours);
