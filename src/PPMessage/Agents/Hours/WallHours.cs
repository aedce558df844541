namespace PPMessage.Agents.Hours;

/// <summary>Parts of days, by the clock on a wall in any zone. Pure.</summary>
internal static class WallHours
{
    private const int MinutesADay = 24 * 60;

    /// <param name="on">What parts a date has, in order.</param>
    public static bool Contain(Func<DateOnly, IReadOnlyList<ClockRange>> on, DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = WallClock.At(at, zone);
        var minute = local.TimeOfDay.TotalMinutes;
        foreach (var range in on(DateOnly.FromDateTime(local)))
            if (range.From <= minute && minute < range.To) return true;
        return false;
    }

    /// <summary>The first time at or after this one which is within such a part, or is not; null: there is none before the horizon.</summary>
    /// <param name="horizon">Whole days.</param>
    /// <inheritdoc cref="Contain"/>
    public static DateTimeOffset? Next(Func<DateOnly, IReadOnlyList<ClockRange>> on, DateTimeOffset at, TimeZoneInfo zone, TimeSpan horizon, bool within)
    {
        if (Contain(on, at, zone) == within) return at;
        foreach (var moment in Moments(on, at.ToUniversalTime(), zone, horizon))
            if (Contain(on, moment, zone) == within) return moment;
        return null;
    }

    /// <summary>All times after this one at which anything may change, in order: the days' beginnings, their ranges' ends, and the changes of the clock.</summary>
    private static IEnumerable<DateTimeOffset> Moments(Func<DateOnly, IReadOnlyList<ClockRange>> on, DateTimeOffset at, TimeZoneInfo zone, TimeSpan horizon)
    {
        for (var begin = at; begin < at + horizon;)
        {
            var offset = zone.GetUtcOffset(begin);
            var end = WallClock.NextChange(zone, begin, begin.AddDays(1)) ?? begin.AddDays(1);
            yield return begin;
            foreach (var moment in Within(on, begin, end, offset)) yield return moment;
            begin = end;
        }
    }

    // Between two changes of the clock a local time is an instant.
    private static IEnumerable<DateTimeOffset> Within(Func<DateOnly, IReadOnlyList<ClockRange>> on, DateTimeOffset begin, DateTimeOffset end, TimeSpan offset)
    {
        var last = DateOnly.FromDateTime((end + offset).UtcDateTime);
        for (var date = DateOnly.FromDateTime((begin + offset).UtcDateTime); date <= last; date = date.AddDays(1))
        {
            var midnight = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) - offset;
            var minutes = on(date).SelectMany(range => new[] { range.From, range.To }).Prepend(0).Where(minute => minute < MinutesADay);
            foreach (var moment in minutes.Select(minute => midnight.AddMinutes(minute)))
                if (begin < moment && moment < end) yield return moment;
        }
    }
}
