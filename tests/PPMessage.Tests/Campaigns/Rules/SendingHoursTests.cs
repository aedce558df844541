using System.Globalization;
using System.Text.Json;
using CsCheck;
using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Rules;
using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Campaigns.Rules;

public sealed class SendingHoursTests
{
    private static readonly BusinessHours Business = new()
    {
        TimeZone = "UTC",
        Holidays = [new(new DateOnly(2026, 10, 1), "国庆节", new DateOnly(2026, 10, 7))],
        MakeUpDays = [new(new DateOnly(2026, 10, 5), "调休", DayOfWeek.Monday, null)],
    };

    [Theory]
    [InlineData("""{"quietHours":{"from":"21:00","to":"09:00"}}""", "2026-10-12T12:59:59Z", "2026-10-12T12:59:59Z", "2026-10-12T13:00:00Z")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"09:00"}}""", "2026-10-12T13:00:00Z", "2026-10-13T01:00:00Z", "2026-10-12T13:00:00Z")]
    [InlineData("""{"allowedHours":{"from":"22:00","to":"02:00"}}""", "2026-10-12T12:00:00Z", "2026-10-12T14:00:00Z", "2026-10-12T12:00:00Z")]
    [InlineData("""{"allowedHours":{"from":"22:00","to":"02:00"}}""", "2026-10-12T15:30:00Z", "2026-10-12T15:30:00Z", "2026-10-12T18:00:00Z")]
    [InlineData("""{"allowedHours":{"from":"09:00","to":"24:00"},"allowedDays":[1,2]}""", "2026-10-12T15:30:00Z", "2026-10-12T15:30:00Z", "2026-10-12T16:00:00Z")]
    [InlineData("""{"allowedDays":[1,2,3,4,5]}""", "2026-10-10T03:00:00Z", "2026-10-11T16:00:00Z", "2026-10-10T03:00:00Z")]
    [InlineData("""{"holidays":true,"quietHours":{"from":"21:00","to":"09:00"}}""", "2026-09-30T13:00:00Z", "2026-10-05T01:00:00Z", "2026-09-30T13:00:00Z")]
    [InlineData("""{"holidays":true}""", "2026-10-06T03:00:00Z", "2026-10-07T16:00:00Z", "2026-10-06T03:00:00Z")]
    [InlineData("""{}""", "2026-10-12T15:30:00Z", "2026-10-12T15:30:00Z", null)]
    public void In_Shanghai_it_is_allowed_from_and_until(string json, string now, string allowed, string? until)
    {
        var hours = new SendingHours(Read(json), Business);
        Assert.Equal(Instant(allowed), hours.NextAllowed(Instant(now), Zone("Asia/Shanghai")));
        Assert.Equal(until is null ? null : (DateTimeOffset?)Instant(until), hours.AllowedUntil(Instant(now), Zone("Asia/Shanghai")));
    }

    [Fact]
    public void Where_two_weeks_are_free_there_is_no_time()
    {
        var closed = Business with { Holidays = [new(new DateOnly(2026, 10, 1), "停业", new DateOnly(2026, 12, 31))], MakeUpDays = [] };
        Assert.Null(new SendingHours(new SendingTimes { Holidays = true }, closed).NextAllowed(Instant("2026-10-12T15:30:00Z"), Zone("Asia/Shanghai")));
    }

    [Fact]
    public void Allowed_is_what_the_clock_shows_whatever_was_set() => Gen.Select(
        Gen.OneOf("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Europe/London", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia"),
        Gen.Int[0, 400 * 24 * 60], Range, Range, Gen.OneOf<int[]>([], [], [0], [1, 2, 3, 4, 5])).Sample(
        one =>
        {
            var (name, minute, quiet, allowed, days) = one;
            var times = new SendingTimes { QuietHours = quiet, AllowedHours = allowed, AllowedDays = days, Holidays = true };
            var (zone, now) = (Zone(name), Instant("2026-01-01T00:00:00Z").AddMinutes(minute));
            var hours = new SendingHours(times, Business);
            var end = now + SendingHours.Horizon;
            Assert.Equal(First(now, end, at => IsAllowed(times, TimeZoneInfo.ConvertTime(at, zone).DateTime)), hours.NextAllowed(now, zone) is { } next && next <= end ? next : null);
            Assert.Equal(First(now, end, at => !IsAllowed(times, TimeZoneInfo.ConvertTime(at, zone).DateTime)), hours.AllowedUntil(now, zone) is { } until && until <= end ? until : null);
        },
        iter: 200);

    [Theory]
    [InlineData("""{"quietHours":{"from":"21:00","to":"21:00"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":{"from":"24:00","to":"09:00"}}""", "quietHours.from")]
    [InlineData("""{"quietHours":{"from":"9","to":"09:00"}}""", "quietHours.from")]
    [InlineData("""{"quietHours":{"from":"21:00"}}""", "quietHours.to")]
    [InlineData("""{"quietHours":"夜里"}""", "quietHours")]
    [InlineData("""{"allowedDays":[7]}""", "allowedDays")]
    [InlineData("""{"quietHours":{"from":"21:00","to":"09:00"},"allowedHours":{"from":"22:00","to":"08:00"}}""", "allowedHours")]
    public void A_mistake_is_named(string json, string field)
    {
        using var document = JsonDocument.Parse(json);
        var fields = new Fields(document.RootElement);
        SendingTimesReading.Read(fields, new SendingTimes());
        Assert.Contains(field, fields.Mistakes());
    }

    [Fact]
    public void What_is_left_out_is_as_the_workspace_says_and_null_is_none()
    {
        var workspace = new SendingTimes { QuietHours = new(1260, 540), Holidays = true };
        Assert.Equal((workspace.QuietHours, true), (Read("{}", workspace).QuietHours, Read("{}", workspace).Holidays));
        Assert.Null(Read("""{"quietHours":null}""", workspace).QuietHours);
    }

    private static readonly Gen<int> Minute = Gen.OneOf(0, 60, 90, 120, 150, 180, 540, 1260, 1380, 1439);

    private static Gen<ClockRange?> Range => Gen.Frequency((1, Gen.Const((ClockRange?)null)), (4, Gen.Select(Minute, Minute).Where(range => range.Item1 != range.Item2).Select(range => (ClockRange?)new ClockRange(range.Item1, range.Item2))));

    private static DateTimeOffset? First(DateTimeOffset from, DateTimeOffset to, Func<DateTimeOffset, bool> fits)
    {
        for (var at = from; at <= to; at = at.AddMinutes(1))
            if (fits(at)) return at;
        return null;
    }

    private static bool IsAllowed(SendingTimes times, DateTime local)
    {
        var (minute, date) = ((local.Hour * 60) + local.Minute, DateOnly.FromDateTime(local));
        var isHoliday = date >= new DateOnly(2026, 10, 1) && date <= new DateOnly(2026, 10, 7) && date.Day != 5;
        return !isHoliday && (times.AllowedDays.Count == 0 || times.AllowedDays.Contains((int)local.DayOfWeek)) && (times.QuietHours is null || !Shows(times.QuietHours, minute)) && (times.AllowedHours is null || Shows(times.AllowedHours, minute));
    }

    private static bool Shows(ClockRange range, int minute) => range.From < range.To ? minute >= range.From && minute < range.To : minute >= range.From || minute < range.To;

    private static SendingTimes Read(string json, SendingTimes? workspace = null)
    {
        using var document = JsonDocument.Parse(json);
        var fields = new Fields(document.RootElement);
        var times = SendingTimesReading.Read(fields, workspace ?? new SendingTimes());
        Assert.Empty(fields.Mistakes());
        return times;
    }

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
