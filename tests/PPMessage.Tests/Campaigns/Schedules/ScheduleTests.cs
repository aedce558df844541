using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PPMessage.Campaigns.Schedules;
using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Campaigns.Schedules;

public sealed class ScheduleTests
{
    [Theory]
    // Skipped: right after the gap. Lord Howe's is half an hour, Apia's was a day, Sao Paulo's was midnight.
    [InlineData("""{"every":"day","at":"02:30","timeZone":"America/New_York"}""", "2026-03-07T12:00:00Z", "2026-03-08T02:30|America/New_York", "2026-03-08T07:00:00Z")]
    [InlineData("""{"every":"day","at":"02:15","timeZone":"Australia/Lord_Howe"}""", "2026-10-03T00:00:00Z", "2026-10-04T02:15|Australia/Lord_Howe", "2026-10-03T15:30:00Z")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Pacific/Apia"}""", "2011-12-30T00:00:00Z", "2011-12-30T10:00|Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("""{"every":"day","at":"00:00","timeZone":"America/Sao_Paulo"}""", "2018-11-03T12:00:00Z", "2018-11-04T00:00|America/Sao_Paulo", "2018-11-04T03:00:00Z")]
    // Repeated: the first time, and not again.
    [InlineData("""{"every":"day","at":"01:30","timeZone":"America/New_York"}""", "2026-10-31T12:00:00Z", "2026-11-01T01:30|America/New_York", "2026-11-01T05:30:00Z")]
    [InlineData("""{"every":"day","at":"01:30","timeZone":"America/New_York"}""", "2026-11-01T05:30:00Z", "2026-11-02T01:30|America/New_York", "2026-11-02T06:30:00Z")]
    // By the hour: a skipped one is none, a repeated one two.
    [InlineData("""{"every":"hour","at":"00:30","timeZone":"America/New_York"}""", "2026-03-08T06:30:00Z", "2026-03-08T03:30|America/New_York", "2026-03-08T07:30:00Z")]
    [InlineData("""{"every":"hour","at":"00:30","timeZone":"America/New_York"}""", "2026-11-01T05:00:00Z", "2026-11-01T01:30-04:00|America/New_York", "2026-11-01T05:30:00Z")]
    [InlineData("""{"every":"hour","at":"00:30","timeZone":"America/New_York"}""", "2026-11-01T05:30:00Z", "2026-11-01T01:30-05:00|America/New_York", "2026-11-01T06:30:00Z")]
    [InlineData("""{"every":"hour","timeZone":"Asia/Kathmandu"}""", "2026-11-01T05:00:00Z", "2026-11-01T11:00|Asia/Kathmandu", "2026-11-01T05:15:00Z")]
    [InlineData("""{"every":"cron","cron":"*/30 * * * *","timeZone":"America/New_York"}""", "2026-11-01T05:59:00Z", "2026-11-01T01:00-05:00|America/New_York", "2026-11-01T06:00:00Z")]
    // Times of a cron that move to the same instant are one.
    [InlineData("""{"every":"cron","cron":"*/10 2,3 * * *","timeZone":"America/New_York"}""", "2026-03-07T12:00:00Z", "2026-03-08T02:00|America/New_York", "2026-03-08T07:00:00Z")]
    [InlineData("""{"every":"cron","cron":"*/10 2,3 * * *","timeZone":"America/New_York"}""", "2026-03-08T07:00:00Z", "2026-03-08T03:10|America/New_York", "2026-03-08T07:10:00Z")]
    // Months and years.
    [InlineData("""{"every":"month","day":31,"at":"10:00","timeZone":"Asia/Shanghai"}""", "2026-02-01T00:00:00Z", "2026-02-28T10:00|Asia/Shanghai", "2026-02-28T02:00:00Z")]
    [InlineData("""{"every":"month","day":31,"at":"10:00","monthEnd":"skip","timeZone":"Asia/Shanghai"}""", "2026-02-01T00:00:00Z", "2026-03-31T10:00|Asia/Shanghai", "2026-03-31T02:00:00Z")]
    [InlineData("""{"every":"month","day":29,"at":"10:00","timeZone":"Asia/Shanghai"}""", "2028-02-01T00:00:00Z", "2028-02-29T10:00|Asia/Shanghai", "2028-02-29T02:00:00Z")]
    [InlineData("""{"every":"cron","cron":"0 10 29 2 *","timeZone":"Asia/Shanghai"}""", "2026-02-01T00:00:00Z", "2028-02-29T10:00|Asia/Shanghai", "2028-02-29T02:00:00Z")]
    [InlineData("""{"every":"cron","cron":"0 10 29 2 1","timeZone":"Asia/Shanghai"}""", "2072-02-29T12:00:00Z", "2112-02-29T10:00|Asia/Shanghai", "2112-02-29T02:00:00Z")]
    // Weeks, single times, first and last days.
    [InlineData("""{"every":"week","day":0,"at":"10:00","timeZone":"Asia/Shanghai"}""", "2026-12-02T00:00:00Z", "2026-12-06T10:00|Asia/Shanghai", "2026-12-06T02:00:00Z")]
    [InlineData("""{"every":"week","days":[5,3],"at":"10:00","timeZone":"Asia/Shanghai"}""", "2026-12-02T02:00:00Z", "2026-12-04T10:00|Asia/Shanghai", "2026-12-04T02:00:00Z")]
    [InlineData("""{"every":"once","date":"2026-12-24","at":"10:00","timeZone":"Asia/Shanghai"}""", "2026-12-24T01:59:59Z", "2026-12-24T10:00|Asia/Shanghai", "2026-12-24T02:00:00Z")]
    [InlineData("""{"every":"once","date":"2026-12-24","at":"10:00","timeZone":"Asia/Shanghai"}""", "2026-12-24T02:00:00Z", null, null)]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","startsOn":"2026-12-24"}""", "2026-12-01T00:00:00Z", "2026-12-24T10:00|Asia/Shanghai", "2026-12-24T02:00:00Z")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","endsOn":"2026-12-24"}""", "2026-12-23T02:00:00Z", "2026-12-24T10:00|Asia/Shanghai", "2026-12-24T02:00:00Z")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","endsOn":"2026-12-24"}""", "2026-12-24T02:00:00Z", null, null)]
    [InlineData("""{"every":"once"}""", "2026-12-24T02:00:00Z", null, null)]
    // By each contact's clock it begins where the time comes first.
    [InlineData("""{"every":"day","at":"10:00","contactLocalTime":true}""", "2026-12-23T20:00:00Z", "2026-12-25T10:00|local", "2026-12-24T20:00:00Z")]
    public void The_next_time_is_known(string json, string after, string? key, string? at)
    {
        var due = Read(json).Next(Instant(after));
        Assert.Equal((key, at is null ? null : (DateTimeOffset?)Instant(at)), (due?.Key, due?.At));
    }

    [Fact]
    public void A_schedule_is_the_same_after_it_was_kept()
    {
        var schedule = Read("""{"every":"month","day":31,"at":"09:05","timeZone":"Asia/Shanghai","missed":"run-once","monthEnd":"skip","startsOn":"2026-01-01"}""");
        var json = JsonSerializer.Serialize(schedule, ScheduleTestJson.Default.Schedule);
        Assert.Contains("""
            "at":"09:05","day":31,"days":[],"date":null,"timeZone":"Asia/Shanghai","missed":"run-once","contactLocalTime":false,"monthEnd":"skip","startsOn":"2026-01-01"
            """.Trim(), json, StringComparison.Ordinal);
        var kept = JsonSerializer.Deserialize(json, ScheduleTestJson.Default.Schedule)!;
        Assert.Equal(schedule with { Days = kept.Days }, kept);
        Assert.Equal(kept, Read(json) with { Days = kept.Days });
        Assert.Empty(kept.Days);
    }

    [Fact]
    public void The_latest_of_years_of_missed_times_is_found_at_once()
    {
        var (after, until) = (Instant("2020-01-01T00:00:00Z"), Instant("2030-06-15T12:34:56Z"));
        var watch = Stopwatch.StartNew();
        Assert.Equal("2030-06-15T20:34|Asia/Shanghai", Read("""{"every":"cron","cron":"* * * * *","timeZone":"Asia/Shanghai"}""").Last(after, until)!.Key);
        Assert.Equal("2030-06-15T20:00|Asia/Shanghai", Read("""{"every":"hour","timeZone":"Asia/Shanghai"}""").Last(after, until)!.Key);
        Assert.Equal("2028-02-29T10:00|Asia/Shanghai", Read("""{"every":"cron","cron":"0 10 29 2 *","timeZone":"Asia/Shanghai"}""").Last(after, until)!.Key);
        Assert.Null(Read("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai"}""").Last(until.AddHours(-1), until));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void A_contact_without_a_named_zone_has_the_time_in_its_own()
    {
        var due = Read("""{"every":"day","at":"10:00","contactLocalTime":true}""").Next(Instant("2026-12-23T20:00:00Z"))!;
        Assert.Equal(due.At, Schedule.InstantFor(due, Zone("Pacific/Kiritimati")));
        Assert.Equal(Instant("2026-12-25T02:00:00Z"), Schedule.InstantFor(due, Zone("Asia/Shanghai")));
        var named = Read("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai"}""").Next(Instant("2026-12-23T20:00:00Z"))!;
        Assert.Equal(named.At, Schedule.InstantFor(named, Zone("America/New_York")));
    }

    private static Schedule Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var fields = new Fields(document.RootElement);
        var schedule = ScheduleReading.Read(fields);
        Assert.Null(fields.FirstMistake());
        return schedule;
    }

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
