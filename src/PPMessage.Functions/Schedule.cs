using NCrontab;

namespace PPMessage.Functions;

/// <summary>When a timer is due: NCRONTAB with six fields (seconds first), in UTC, as the Functions host reads it.</summary>
internal sealed class Schedule(string expression)
{
    // Looked back in growing steps, since a crontab can only be asked what comes next.
    private static readonly TimeSpan[] Steps = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(2), TimeSpan.FromDays(2), TimeSpan.FromDays(7)];

    private readonly CrontabSchedule _crontab = CrontabSchedule.Parse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true });

    /// <summary>The first due time behind this instant.</summary>
    public DateTimeOffset Next(DateTimeOffset after) => Utc(_crontab.GetNextOccurrence(after.UtcDateTime));

    /// <summary>The last due time up to this instant (inclusive), at most seven days back; null when there was none.</summary>
    public DateTimeOffset? Last(DateTimeOffset until)
    {
        var end = until.UtcDateTime.AddTicks(1);
        foreach (var step in Steps)
        {
            var found = _crontab.GetNextOccurrences(end - step, end).LastOrDefault();
            if (found != default) return Utc(found);
        }

        return null;
    }

    private static DateTimeOffset Utc(DateTime time) => new(time, TimeSpan.Zero);
}
