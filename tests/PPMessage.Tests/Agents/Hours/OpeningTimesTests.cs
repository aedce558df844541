using CsCheck;
using PPMessage.Agents.Hours;
using Xunit;

namespace PPMessage.Tests.Agents.Hours;

public sealed class OpeningTimesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // With a skipped and a repeated hour, of half an hour only (Lord Howe), at midnight (Santiago, Beirut), and without any.
    private static readonly string[] Names = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Asia/Shanghai", "Asia/Kathmandu", "UTC"];

    private static readonly Gen<string> Zones = Gen.Int[0, 7].Select(number => Names[number]);

    private static readonly Gen<IReadOnlyList<ClockRange>> Days = Gen.Int[0, 48].Array[0, 6].Select(halves =>
    {
        var times = halves.Distinct().Order().Select(half => half * 30).ToList();
        return (IReadOnlyList<ClockRange>)[.. times.Chunk(2).Where(pair => pair.Length == 2).Select(pair => new ClockRange(pair[0], pair[1]))];
    });

    private static readonly Gen<BusinessHours> Hours = Gen.Select(Zones, Days.Array[7], Gen.Int[0, 364], Gen.Int[0, 364], Days).Select((zone, week, holiday, madeUp, special) => new BusinessHours
    {
        TimeZone = zone,
        Weekly = week.Select((ranges, day) => (Day: (DayOfWeek)day, ranges)).ToDictionary(day => day.Day, day => day.ranges),
        Holidays = [new Holiday(Date(holiday), "国庆节", Date(holiday + 6))],
        MakeUpDays = [new MakeUpDay(Date(madeUp), "调休", null, special)],
    });

    [Fact]
    public void The_next_opening_and_closing_are_where_a_look_at_the_clock_each_minute_finds_them() =>
        Gen.Select(Hours, Gen.Int[0, 365 * 24 * 60]).Sample((hours, minute) =>
        {
            var at = Begin.AddMinutes(minute);
            Assert.Equal(Looked(hours, at, open: true), Within(hours.NextOpening(at), at));
            Assert.Equal(Looked(hours, at, open: false), Within(hours.NextClosing(at), at));
        }, iter: 300);

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T00:50:00Z", "2026-10-25T00:00:00Z")]
    [InlineData("America/Santiago", "2026-09-06T03:00:00Z", "2026-04-05T02:30:00Z")]
    public void Around_a_change_of_the_clock_they_agree_as_well(string zone, string skipped, string repeated)
    {
        // Every second half hour, so that there is an end within the hour that is skipped, and within the one that comes twice.
        var ranges = Enumerable.Range(0, 24).Select(hour => new ClockRange(hour * 60, (hour * 60) + 30)).ToList();
        var hours = new BusinessHours { TimeZone = zone, Weekly = Enum.GetValues<DayOfWeek>().ToDictionary(day => day, _ => (IReadOnlyList<ClockRange>)ranges) };
        foreach (var change in new[] { skipped, repeated })
            for (var minute = -120; minute < 240; minute += 7)
            {
                var at = DateTimeOffset.Parse(change).AddMinutes(minute);
                Assert.Equal(Looked(hours, at, open: true), hours.NextOpening(at));
                Assert.Equal(Looked(hours, at, open: false), hours.NextClosing(at));
            }
    }

    [Theory]
    [InlineData("2026-09-30T10:00:00Z", "2026-10-08T01:00:00Z")]
    [InlineData("2026-10-09T10:00:00Z", "2026-10-10T01:00:00Z")]
    [InlineData("2026-10-10T10:00:00Z", "2026-10-12T01:00:00Z")]
    public void A_working_day_in_exchange_wins_over_the_weekend_and_holidays_over_the_week(string at, string opens) =>
        Assert.Equal(DateTimeOffset.Parse(opens), China.NextOpening(DateTimeOffset.Parse(at)));

    [Fact]
    public void A_working_day_in_exchange_wins_over_a_holiday_on_the_same_day()
    {
        var hours = China with { MakeUpDays = [new MakeUpDay(new DateOnly(2026, 10, 3), "值班", null, [new ClockRange(600, 660)])] };
        Assert.Equal(DateTimeOffset.Parse("2026-10-03T02:00:00Z"), hours.NextOpening(DateTimeOffset.Parse("2026-10-01T00:00:00Z")));
    }

    [Fact]
    public void What_is_never_closed_has_no_closing_and_what_never_opens_no_opening()
    {
        var always = new BusinessHours { Weekly = Enum.GetValues<DayOfWeek>().ToDictionary(day => day, _ => (IReadOnlyList<ClockRange>)[new ClockRange(0, 1440)]) };
        Assert.Null(always.NextClosing(Begin));
        Assert.Equal(Begin, always.NextOpening(Begin));
        Assert.Null(new BusinessHours().NextOpening(Begin));
    }

    private static BusinessHours China => new()
    {
        TimeZone = "Asia/Shanghai",
        Weekly = Enumerable.Range(1, 5).ToDictionary(day => (DayOfWeek)day, _ => (IReadOnlyList<ClockRange>)[new ClockRange(9 * 60, 18 * 60)]),
        Holidays = [new Holiday(new DateOnly(2026, 10, 1), "国庆节", new DateOnly(2026, 10, 7))],
        MakeUpDays = [new MakeUpDay(new DateOnly(2026, 10, 10), "国庆节调休", DayOfWeek.Monday, null)],
    };

    private static DateOnly Date(int day) => DateOnly.FromDateTime(Begin.UtcDateTime).AddDays(day);

    /// <summary>Nine days are enough for what is looked for here: longer is "not found" on both sides.</summary>
    private static DateTimeOffset? Within(DateTimeOffset? found, DateTimeOffset at) => found < at.AddDays(9) ? found : null;

    private static DateTimeOffset? Looked(BusinessHours hours, DateTimeOffset at, bool open)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(hours.TimeZone);
        for (var moment = at; moment < at.AddDays(9); moment = moment.AddMinutes(1))
            if (IsOpen(hours, TimeZoneInfo.ConvertTime(moment, zone).DateTime) == open) return moment;
        return null;
    }

    private static bool IsOpen(BusinessHours hours, DateTime local)
    {
        var date = DateOnly.FromDateTime(local);
        var minute = (local.Hour * 60) + local.Minute;
        foreach (var day in hours.MakeUpDays)
            if (day.Date == date) return (day.Hours ?? hours.Weekly[day.Like!.Value]).Any(range => minute >= range.From && minute < range.To);
        foreach (var holiday in hours.Holidays)
            if (date >= holiday.Date && date <= (holiday.To ?? holiday.Date)) return false;
        return hours.Weekly.TryGetValue(date.DayOfWeek, out var ranges) && ranges.Any(range => minute >= range.From && minute < range.To);
    }
}
