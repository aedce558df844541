using PPMessage.Agents.Hours;

namespace PPMessage.Campaigns.Rules;

/// <summary>
/// Answers for any contact's clock when something may be sent. Allowed is an instant at which the clock shows an allowed time, so hours that it skips are not
/// there, and hours that it repeats are there twice. Made once for many contacts. Pure, thread-safe.
/// </summary>
internal sealed class SendingHours
{
    /// <summary>How far is looked ahead.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(14);

    private const int DaysAWeek = 7;

    private readonly IReadOnlyList<ClockRange> _day;
    private readonly bool[] _days;
    private readonly BusinessHours? _business;
    private readonly Func<DateOnly, IReadOnlyList<ClockRange>> _on;

    /// <param name="business">Whose holidays count, where they do.</param>
    public SendingHours(SendingTimes times, BusinessHours business)
    {
        _day = Allowed(times);
        _days = [.. Enumerable.Range(0, DaysAWeek).Select(day => times.AllowedDays.Count == 0 || times.AllowedDays.Contains(day))];
        _business = times.Holidays && business.Holidays.Count > 0 ? business : null;
        _on = On;
    }

    /// <summary>The first time from now on when it is allowed, now itself if it is; null: not within the <see cref="Horizon"/>.</summary>
    public DateTimeOffset? NextAllowed(DateTimeOffset now, TimeZoneInfo zone) => WallHours.Next(_on, now, zone, Horizon, within: true);

    /// <summary>When what is allowed now is not any more (now, if it isn't); null: it does not end within the <see cref="Horizon"/>.</summary>
    public DateTimeOffset? AllowedUntil(DateTimeOffset now, TimeZoneInfo zone) => WallHours.Next(_on, now, zone, Horizon, within: false);

    /// <summary>Whether no time of any day is allowed.</summary>
    public bool AreEmpty => _day.Count == 0;

    /// <summary>Whether the rules leave any time in a week.</summary>
    public static bool LeaveAny(SendingTimes times) => Allowed(times).Count > 0;

    private IReadOnlyList<ClockRange> On(DateOnly date) => _days[(int)date.DayOfWeek] && !(_business is not null && IsHoliday(_business, date)) ? _day : [];

    private static bool IsHoliday(BusinessHours business, DateOnly date) =>
        business.Holidays.Any(holiday => holiday.Date <= date && date <= (holiday.To ?? holiday.Date)) && !business.MakeUpDays.Any(day => day.Date == date);

    /// <summary>The parts of a day that hours leave.</summary>
    private static List<ClockRange> Allowed(SendingTimes times)
    {
        var ends = new[] { times.QuietHours, times.AllowedHours }.OfType<ClockRange>().SelectMany(range => new[] { range.From, range.To })
            .Append(0).Append(ClockRangeJson.Midnight).Distinct().Order().ToList();
        return [.. ends.Zip(ends.Skip(1), (from, to) => new ClockRange(from, to)).Where(part => IsAllowed(times, part.From))];
    }

    private static bool IsAllowed(SendingTimes times, int minute) =>
        !(times.QuietHours is { } quiet && Contains(quiet, minute)) && (times.AllowedHours is null || Contains(times.AllowedHours, minute));

    private static bool Contains(ClockRange range, int minute) =>
        range.From < range.To ? range.From <= minute && minute < range.To : range.From <= minute || minute < range.To;
}
