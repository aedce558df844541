using PPMessage.Campaigns.Schedules;

namespace PPMessage.Tests.Campaigns.Schedules;

/// <summary>What is due, found the slow way: minute by minute, by looking at the clock on the wall.</summary>
internal sealed class Walk
{
    private readonly List<(DateTimeOffset At, DateTime Local)> _minutes = [];
    private readonly Dictionary<DateTime, DateTimeOffset> _first = [];

    public Walk(TimeZoneInfo zone, DateTimeOffset from, TimeSpan length)
    {
        // Begun two days earlier, so as to know what was shown before.
        for (var at = from.AddDays(-2); at <= from + length; at = at.AddMinutes(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
            _first.TryAdd(local, at);
            _minutes.Add((at, local));
        }
    }

    /// <summary>The first minute that shows a time, or else the first one that shows a later one.</summary>
    public DateTimeOffset When(DateTime local) => _first.TryGetValue(local, out var at) ? at : _minutes.First(minute => minute.Local > local).At;

    public IEnumerable<(DateTimeOffset At, DateTime Local)> Due(Schedule schedule, DateTimeOffset after) =>
        _minutes.Zip(_minutes.Skip(1), (before, now) => (now.At, Local: schedule.GoesByElapsedTime ? Shown(schedule, now.Local) : Named(schedule, before.Local, now)))
            .Where(due => due.At > after && due.Local is not null).Select(due => (due.At, due.Local!.Value));

    private static DateTime? Shown(Schedule schedule, DateTime local) => Fits(schedule, local) ? local : null;

    /// <summary>Skipped times come first; a time that was shown before is not due again.</summary>
    private DateTime? Named(Schedule schedule, DateTime before, (DateTimeOffset At, DateTime Local) now)
    {
        for (var skipped = before.AddMinutes(1); skipped < now.Local; skipped = skipped.AddMinutes(1))
            if (Fits(schedule, skipped)) return skipped;
        return _first[now.Local] == now.At && Fits(schedule, now.Local) ? now.Local : null;
    }

    private static bool Fits(Schedule schedule, DateTime local)
    {
        var (date, at) = (DateOnly.FromDateTime(local), schedule.At ?? TimeOnly.MinValue);
        if (date < schedule.StartsOn || date > schedule.EndsOn) return false;
        if (schedule.Every == Every.Hour) return local.Minute == at.Minute;
        if (schedule.Every == Every.Cron) return FitsCron(schedule.Cron!.Split(' '), local);
        return TimeOnly.FromDateTime(local) == at && schedule.Every switch
        {
            Every.Day => true,
            Every.Week => schedule.Days.Append(schedule.Day ?? -1).Contains((int)local.DayOfWeek),
            Every.Month => local.Day == schedule.Day || (schedule.MonthEnd == MonthEnd.LastDay && local.Day < schedule.Day && local.AddDays(1).Day == 1),
            _ => date == schedule.Date,
        };
    }

    private static bool FitsCron(string[] fields, DateTime local) =>
        FitsCron(fields[0], local.Minute) && FitsCron(fields[1], local.Hour) && FitsCron(fields[2], local.Day, 1) && FitsCron(fields[3], local.Month, 1) && FitsCron(fields[4], (int)local.DayOfWeek);

    /// <summary><c>*</c>, <c>*/2</c> (counted from the lowest), <c>1-3</c>, and lists of numbers.</summary>
    private static bool FitsCron(string field, int value, int lowest = 0)
    {
        if (field == "*") return true;
        if (field.StartsWith("*/", StringComparison.Ordinal)) return (value - lowest) % int.Parse(field[2..]) == 0;
        if (field.Split('-') is [var from, var to]) return value >= int.Parse(from) && value <= int.Parse(to);
        return field.Split(',').Contains(value.ToString());
    }
}
