namespace PPMessage.Agents.Hours;

/// <summary>
/// Open is whoever's clock on the wall shows a time within the day's hours. So hours that a change of the clock skips are not there, and hours that it
/// repeats are there twice. Pure.
/// </summary>
internal static class OpeningTimes
{
    /// <summary>How far is looked ahead: a year with all its holidays.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(400);

    private const int MinutesADay = 24 * 60;

    public static bool IsOpen(this BusinessHours hours, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, ZoneOf(hours)).DateTime;
        var minute = local.TimeOfDay.TotalMinutes;
        return hours.On(DateOnly.FromDateTime(local)).Any(range => range.From <= minute && minute < range.To);
    }

    /// <summary>The first time at or after this one when it is open; null: not within the <see cref="Horizon"/>.</summary>
    public static DateTimeOffset? NextOpening(this BusinessHours hours, DateTimeOffset at) => Next(hours, at, open: true);

    /// <summary>The first time at or after this one when it is closed; null: not within the <see cref="Horizon"/>.</summary>
    public static DateTimeOffset? NextClosing(this BusinessHours hours, DateTimeOffset at) => Next(hours, at, open: false);

    private static DateTimeOffset? Next(BusinessHours hours, DateTimeOffset at, bool open)
    {
        if (hours.IsOpen(at) == open) return at;
        foreach (var moment in Moments(hours, at.ToUniversalTime()))
            if (hours.IsOpen(moment) == open) return moment;
        return null;
    }

    /// <summary>All times after this one at which anything may change, in order: the days' beginnings, their ranges' ends, and the changes of the clock.</summary>
    private static IEnumerable<DateTimeOffset> Moments(BusinessHours hours, DateTimeOffset at)
    {
        var zone = ZoneOf(hours);
        for (var begin = at; begin < at + Horizon;)
        {
            var offset = zone.GetUtcOffset(begin);
            var end = NextChange(zone, begin, begin.AddDays(1)) ?? begin.AddDays(1);
            yield return begin;
            foreach (var moment in Within(hours, begin, end, offset)) yield return moment;
            begin = end;
        }
    }

    // Between two changes of the clock a local time is an instant.
    private static IEnumerable<DateTimeOffset> Within(BusinessHours hours, DateTimeOffset begin, DateTimeOffset end, TimeSpan offset)
    {
        var last = DateOnly.FromDateTime((end + offset).UtcDateTime);
        for (var date = DateOnly.FromDateTime((begin + offset).UtcDateTime); date <= last; date = date.AddDays(1))
        {
            var midnight = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) - offset;
            var minutes = hours.On(date).SelectMany(range => new[] { range.From, range.To }).Prepend(0).Where(minute => minute < MinutesADay);
            foreach (var moment in minutes.Select(minute => midnight.AddMinutes(minute)))
                if (begin < moment && moment < end) yield return moment;
        }
    }

    // No zone changes its clock twice within a day. They do it on whole seconds.
    private static DateTimeOffset? NextChange(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var offset = zone.GetUtcOffset(from);
        if (zone.GetUtcOffset(to) == offset) return null;
        var (before, after) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset) before = middle;
            else after = middle;
        }

        return DateTimeOffset.FromUnixTimeSeconds(after);
    }

    private static TimeZoneInfo ZoneOf(BusinessHours hours) => TimeZoneInfo.FindSystemTimeZoneById(hours.TimeZone);
}
