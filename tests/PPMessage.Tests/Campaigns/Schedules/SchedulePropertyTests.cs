using CsCheck;
using PPMessage.Campaigns.Schedules;
using Xunit;

namespace PPMessage.Tests.Campaigns.Schedules;

/// <summary>Schedules of all kinds in zones of all kinds, against a walk along the clock.</summary>
public sealed class SchedulePropertyTests
{
    private static readonly TimeSpan Length = TimeSpan.FromDays(3);

    private static readonly string[] Zones =
    [
        "Asia/Shanghai", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Tehran", "Pacific/Apia", "Europe/London", "America/New_York",
        "Asia/Kathmandu", "Pacific/Kiritimati", "Africa/Cairo", "Atlantic/Azores", "America/Havana", "Asia/Beirut", "America/Asuncion", "Pacific/Chatham",
        "America/St_Johns", "Antarctica/Troll", "Asia/Pyongyang", "Etc/UTC", "America/Scoresbysund", "Europe/Volgograd", "Africa/Juba", "Pacific/Fiji",
    ];

    private static readonly Gen<int> HourOfDay = Gen.Frequency((3, Gen.Int[0, 4]), (1, Gen.Int[0, 23]), (1, Gen.Const(23)));

    private static readonly Gen<TimeOnly> At = Gen.Select(HourOfDay, Gen.OneOf(Gen.OneOf(0, 1, 30, 45, 59), Gen.Int[0, 59]), (hour, minute) => new TimeOnly(hour, minute));

    /// <summary>Half of them with a change of the clock in the middle.</summary>
    private static readonly Gen<(TimeZoneInfo Zone, DateTimeOffset From)> Windows = Gen.Select(Gen.OneOf(Zones), Gen.Int[0, (10 * 365 * 24 * 60) - 1], Gen.Bool, (name, minute, atChange) =>
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute);
        return (zone, (atChange ? NextChange(zone, from) : null) ?? from);
    });

    private static readonly Gen<string> Crons = Gen.Select(
        Gen.OneOf("*/15", "0", "30", "5,35", "*", "0-10", "*/7"), Gen.OneOf(Gen.OneOf("*", "*/2", "1-3", "0,1,2,3", "22-23"), HourOfDay.Select(hour => hour.ToString())),
        Gen.OneOf("*", "*", "*", "1-15", "*/2", "29", "31"), Gen.OneOf("*", "*", "*", "3,4,10,11", "1-6"), Gen.OneOf("*", "*", "*", "0", "1-5", "0,6"),
        (minute, hour, day, month, weekday) => $"{minute} {hour} {day} {month} {weekday}");

    private static readonly Gen<(Schedule Schedule, TimeZoneInfo Zone, DateTimeOffset From, double Part)> Cases =
        Gen.Select(Windows, Gen.Enum<Every>(), At, Crons, Gen.Int[-1, 3], Gen.Enum<MonthEnd>(), Gen.OneOf(0, 0, 0, 1, 2), Gen.Double[0, 1]).Select(drawn =>
        {
            var ((zone, from), every, at, cron, ahead, end, bounds, part) = drawn;
            var date = DateOnly.FromDateTime(from.Date).AddDays(ahead);
            var schedule = new Schedule
            {
                Every = every, At = at, Cron = every == Every.Cron ? cron : null, Date = every == Every.Once ? date : null, TimeZone = zone.Id, MonthEnd = end,
                Day = every switch { Every.Week => (int)date.DayOfWeek, Every.Month => date.Day > 26 ? 31 : date.Day, _ => null },
                StartsOn = bounds == 1 ? date : null, EndsOn = bounds == 2 ? date : null,
            };
            return (schedule, zone, from, part);
        });

    [Fact]
    public void What_is_due_is_what_a_walk_along_the_clock_finds() => Cases.Sample(
        one =>
        {
            var (schedule, zone, from, part) = one;
            var walked = new Walk(zone, from, Length).Due(schedule, from).ToList();
            var found = All(schedule, from, from + Length).ToList();
            Assert.Equal(walked, found.Select(due => (due.At, due.Local)));
            Assert.Equal(found.Count, found.Select(due => due.Key).Distinct().Count());
            var until = from + (Length * part);
            Assert.Equal(found.LastOrDefault(due => due.At <= until), schedule.Last(from, until));
        },
        iter: 500);

    [Fact]
    public void A_contacts_time_is_when_its_clock_shows_it_first_or_right_after_the_gap() => Gen.Select(Windows, Gen.Int[0, 2 * 24 * 60]).Sample(
        one =>
        {
            var ((zone, from), minutes) = one;
            var local = TimeZoneInfo.ConvertTime(from, zone).DateTime.Date.AddMinutes(minutes);
            var due = new Schedule { Every = Every.Once, Date = DateOnly.FromDateTime(local), At = TimeOnly.FromDateTime(local), ContactLocalTime = true }.Next(from.AddDays(-9));
            var instant = Schedule.InstantFor(due!, zone);
            Assert.Equal(new Walk(zone, from.AddDays(-1), Length + Length).When(local), instant);
            Assert.True(due!.At <= instant);
        },
        iter: 300);

    private static IEnumerable<Due> All(Schedule schedule, DateTimeOffset after, DateTimeOffset until)
    {
        for (var due = schedule.Next(after); due is not null && due.At <= until; due = schedule.Next(due.At)) yield return due;
    }

    private static DateTimeOffset? NextChange(TimeZoneInfo zone, DateTimeOffset from)
    {
        var day = Enumerable.Range(0, 400).Select(i => from.AddDays(i)).FirstOrDefault(at => zone.GetUtcOffset(at) != zone.GetUtcOffset(at.AddDays(1)));
        return day == default ? null : day.AddHours(-12);
    }
}
