using NCrontab;

namespace PPMessage.Campaigns.Schedules;

/// <summary>The times that a schedule names, as they would be on a clock that is never set.</summary>
internal sealed class LocalTimes(Schedule schedule)
{
    /// <summary>How far is looked ahead. 29 February falls on each day of the week within 28 years, within 40 where a century has no leap year.</summary>
    public const int Years = 41;

    private const int DaysAWeek = 7;
    private const int MonthsAYear = 12;

    private readonly CrontabSchedule? _cron = schedule.Every == Every.Cron ? CronText.Parse(schedule.Cron!) : null;

    private readonly TimeOnly _at = schedule.At ?? TimeOnly.MinValue;

    /// <summary>The first one at or after a time; null: there is none.</summary>
    public DateTime? From(DateTime from)
    {
        var start = schedule.StartsOn is { } first && Midnight(first) > from ? Midnight(first) : from;
        return Find(start) is { } found && !(DateOnly.FromDateTime(found) > schedule.EndsOn) ? found : null;
    }

    private DateTime? Find(DateTime start) => schedule.Every switch
    {
        Every.Hour => OfHour(start),
        Every.Day => OfDays(start, 1, static _ => true),
        Every.Week => OfDays(start, DaysAWeek, date => schedule.Days.Count > 0 ? schedule.Days.Contains((int)date.DayOfWeek) : (int)date.DayOfWeek == schedule.Day),
        Every.Month => OfMonths(start),
        Every.Once => schedule.Date is { } date && date.ToDateTime(_at) >= start ? date.ToDateTime(_at) : null,
        _ => OfCron(start),
    };

    private DateTime OfHour(DateTime start)
    {
        var found = start.Date.AddHours(start.Hour).AddMinutes(_at.Minute);
        return found >= start ? found : found.AddHours(1);
    }

    private DateTime? OfDays(DateTime start, int days, Func<DateTime, bool> fits)
    {
        for (var i = 0; i <= days; i++)
            if (start.Date.AddDays(i) is var date && fits(date) && date + _at.ToTimeSpan() is var found && found >= start) return found;
        return null;
    }

    private DateTime? OfMonths(DateTime start)
    {
        for (var i = 0; i <= MonthsAYear; i++)
            if (OfMonth(start.Date.AddDays(1 - start.Day).AddMonths(i)) is { } found && found >= start) return found;
        return null;
    }

    private DateTime? OfMonth(DateTime first)
    {
        var (day, last) = (schedule.Day!.Value, DateTime.DaysInMonth(first.Year, first.Month));
        if (day > last && schedule.MonthEnd == MonthEnd.Skip) return null;
        return first.AddDays(Math.Min(day, last) - 1) + _at.ToTimeSpan();
    }

    // A crontab is asked for what comes behind a time and before another; it answers with the other when there is nothing.
    private DateTime? OfCron(DateTime start)
    {
        var end = start.AddYears(Years);
        return _cron!.GetNextOccurrence(start.AddTicks(-1), end) is var found && found < end ? found : null;
    }

    private static DateTime Midnight(DateOnly date) => date.ToDateTime(TimeOnly.MinValue);
}
