namespace PPMessage.Campaigns.Schedules;

/// <summary>What a schedule's local times are on the clock that it goes by. The rules stand at <see cref="Schedule"/>.</summary>
internal sealed class Occurrences(Schedule schedule)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Nothing was due before there was anything of ours.
    private static readonly DateTimeOffset Begin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Where every time comes first.
    private static readonly TimeZoneInfo First = TimeZoneInfo.CreateCustomTimeZone(Due.OfContacts, TimeSpan.FromHours(14), Due.OfContacts, Due.OfContacts);

    private readonly LocalTimes _times = new(schedule);

    private readonly TimeZoneInfo _zone = schedule.ContactLocalTime || schedule.TimeZone is null ? First : TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);

    public Due? Next(DateTimeOffset after)
    {
        if (schedule.StartsAtOnce) return null;
        if (after < Begin) after = Begin;
        return schedule.GoesByElapsedTime ? NextShown(after.AddTicks(1).ToUniversalTime()) : NextNamed(after);
    }

    /// <summary>Halves the time in question until nothing lies in it: some thirty times for a decade.</summary>
    public Due? Last(DateTimeOffset after, DateTimeOffset until)
    {
        if (Next(after) is not { } last || last.At > until) return null;
        for (var high = until; high - last.At >= Minute;)
        {
            var middle = last.At + ((high - last.At) / 2);
            if (Next(middle) is { } later && later.At <= until) last = later;
            else high = middle;
        }

        return last;
    }

    // Later local times are never earlier instants, so what the clock shows now is where to begin.
    private Due? NextNamed(DateTimeOffset after)
    {
        for (var from = WallClock.At(after, _zone); _times.From(from) is { } local; from = local + Minute)
            if (WallClock.InstantOf(local, _zone) is var at && at > after) return new Due(local, _zone.Id, at);
        return null;
    }

    // Between two changes of the clock a local time is one instant.
    private Due? NextShown(DateTimeOffset begin)
    {
        while (true)
        {
            var offset = _zone.GetUtcOffset(begin);
            var local = _times.From((begin + offset).DateTime);
            var at = local is { } time ? new DateTimeOffset(time - offset, TimeSpan.Zero) : (DateTimeOffset?)null;
            // The last day's end may come once more, too.
            if (WallClock.NextChange(_zone, begin, at ?? begin + Day) is not { } change || change > at)
                return at is { } found ? new Due(local!.Value, _zone.Id, found) { IsRepeated = WallClock.IsRepeated(local.Value, _zone) } : null;
            begin = change;
        }
    }
}
