namespace PPMessage;

/// <summary>
/// The clock on a wall somewhere, which is set forward and back. All of it follows from what it shows at an instant, which is known of every zone;
/// what a zone says of skipped and repeated times misses those whose standard time itself was changed. Pure.
/// </summary>
internal static class WallClock
{
    // Clocks have been set by as much as a day (Apia, 2011), and none is set twice within two.
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static DateTime At(DateTimeOffset instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(instant, zone).DateTime;

    /// <summary>When the clock shows a time: the first time, if it does so twice; the first instant after the gap, if it skips it.</summary>
    public static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        var (before, after) = Around(local, zone);
        var (first, second) = (Utc(local - before), Utc(local - after));
        if (before == after || zone.GetUtcOffset(first) == before) return first;
        return zone.GetUtcOffset(second) == after ? second : NextChange(zone, second, first) ?? first;
    }

    /// <summary>Whether the clock shows a time twice.</summary>
    public static bool IsRepeated(DateTime local, TimeZoneInfo zone)
    {
        var (before, after) = Around(local, zone);
        return before > after && zone.GetUtcOffset(Utc(local - before)) == before && zone.GetUtcOffset(Utc(local - after)) == after;
    }

    /// <summary>When the clock is set next, after one instant and up to another: the first one at which it goes by the new time. It is done on whole seconds.</summary>
    public static DateTimeOffset? NextChange(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var offset = zone.GetUtcOffset(from);
        for (var begin = from; begin < to; begin += Day)
        {
            var end = to - begin > Day ? begin + Day : to;
            if (zone.GetUtcOffset(end) != offset) return ChangeWithin(zone, begin, end);
        }

        return null;
    }

    private static DateTimeOffset ChangeWithin(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var offset = zone.GetUtcOffset(from);
        var (before, after) = (from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds());
        while (after - before > 1)
        {
            var middle = before + ((after - before) / 2);
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset) before = middle;
            else after = middle;
        }

        return DateTimeOffset.FromUnixTimeSeconds(after);
    }

    private static (TimeSpan Before, TimeSpan After) Around(DateTime local, TimeZoneInfo zone) => (zone.GetUtcOffset(Utc(local - Day)), zone.GetUtcOffset(Utc(local + Day)));

    private static DateTimeOffset Utc(DateTime time) => new(time, TimeSpan.Zero);
}
