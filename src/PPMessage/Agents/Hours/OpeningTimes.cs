namespace PPMessage.Agents.Hours;

/// <summary>
/// Open is whoever's clock on the wall shows a time within the day's hours. So hours that a change of the clock skips are not there, and hours that it
/// repeats are there twice. Pure.
/// </summary>
internal static class OpeningTimes
{
    /// <summary>How far is looked ahead: a year with all its holidays.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(400);

    public static bool IsOpen(this BusinessHours hours, DateTimeOffset at) => WallHours.Contain(hours.On, at, ZoneOf(hours));

    /// <summary>The first time at or after this one when it is open; null: not within the <see cref="Horizon"/>.</summary>
    public static DateTimeOffset? NextOpening(this BusinessHours hours, DateTimeOffset at) => WallHours.Next(hours.On, at, ZoneOf(hours), Horizon, within: true);

    /// <summary>The first time at or after this one when it is closed; null: not within the <see cref="Horizon"/>.</summary>
    public static DateTimeOffset? NextClosing(this BusinessHours hours, DateTimeOffset at) => WallHours.Next(hours.On, at, ZoneOf(hours), Horizon, within: false);

    private static TimeZoneInfo ZoneOf(BusinessHours hours) => TimeZoneInfo.FindSystemTimeZoneById(hours.TimeZone);
}
