using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Campaigns.Schedules;
using PPMessage.Http;
using Xunit;

namespace PPMessage.Tests.Campaigns.Schedules;

public sealed class ScheduleReadingTests
{
    [Theory]
    [InlineData("""{}""", "every", "required")]
    [InlineData("""{"every":"fortnight"}""", "every", "hour, day, week, month, once, cron")]
    [InlineData("""{"every":"day","at":"10:00"}""", "timeZone", "required")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"China Standard Time"}""", "timeZone", "IANA")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":7}""", "timeZone", "text")]
    [InlineData("""{"every":"day","timeZone":"Asia/Shanghai"}""", "at", "required")]
    [InlineData("""{"every":"day","at":"25:00","timeZone":"Asia/Shanghai"}""", "at", "23:59")]
    [InlineData("""{"every":"day","at":10,"timeZone":"Asia/Shanghai"}""", "at", "23:59")]
    [InlineData("""{"every":"week","at":"10:00","timeZone":"Asia/Shanghai"}""", "day", "required")]
    [InlineData("""{"every":"week","day":7,"at":"10:00","timeZone":"Asia/Shanghai"}""", "day", "0 to 6")]
    [InlineData("""{"every":"week","day":1,"days":[2],"at":"10:00","timeZone":"Asia/Shanghai"}""", "days", "beside")]
    [InlineData("""{"every":"week","days":["一"],"at":"10:00","timeZone":"Asia/Shanghai"}""", "days", "Sunday")]
    [InlineData("""{"every":"week","days":[],"at":"10:00","timeZone":"Asia/Shanghai"}""", "day", "required")]
    [InlineData("""{"every":"day","days":[1],"at":"10:00","timeZone":"Asia/Shanghai"}""", "days", "week")]
    [InlineData("""{"every":"month","day":0,"at":"10:00","timeZone":"Asia/Shanghai"}""", "day", "1 to 31")]
    [InlineData("""{"every":"month","at":"10:00","timeZone":"Asia/Shanghai"}""", "day", "required")]
    [InlineData("""{"every":"month","day":1,"at":"10:00","timeZone":"Asia/Shanghai","monthEnd":"first"}""", "monthEnd", "last-day, skip")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","missed":"run_once"}""", "missed", "skip, run-once")]
    [InlineData("""{"every":"once","date":"2026-02-30","at":"10:00","timeZone":"Asia/Shanghai"}""", "date", "date")]
    [InlineData("""{"every":"once","date":"9999-12-31","at":"10:00","timeZone":"Asia/Shanghai"}""", "date", "2199")]
    [InlineData("""{"every":"once","date":"2026-12-24","timeZone":"Asia/Shanghai"}""", "at", "required")]
    [InlineData("""{"every":"once","at":"10:00"}""", "date", "required")]
    [InlineData("""{"every":"once","startsOn":"2027-01-01"}""", "date", "required")]
    [InlineData("""{"every":"once","contactLocalTime":true}""", "contactLocalTime", "date")]
    [InlineData("""{"every":"day","at":"10:00","date":"2026-12-24","timeZone":"Asia/Shanghai"}""", "date", "once")]
    [InlineData("""{"every":"day","at":"10:00","cron":"0 0 * * *","timeZone":"Asia/Shanghai"}""", "cron", "belongs")]
    [InlineData("""{"every":"cron","timeZone":"Asia/Shanghai"}""", "cron", "required")]
    [InlineData("""{"every":"cron","cron":"0 0 30 2 *","timeZone":"Asia/Shanghai"}""", "cron", "never comes")]
    [InlineData("""{"every":"cron","cron":"0 10 * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"cron","cron":"0 0 10 * * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"cron","cron":"*/0 * * * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"cron","cron":"60 * * * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"cron","cron":"99999999999 * * * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"cron","cron":"每天 十点 * * *","timeZone":"Asia/Shanghai"}""", "cron", "five fields")]
    [InlineData("""{"every":"hour","timeZone":"Asia/Shanghai","contactLocalTime":true}""", "contactLocalTime", "every hour")]
    [InlineData("""{"every":"cron","cron":"0 * * * *","contactLocalTime":true}""", "contactLocalTime", "every hour")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","startsOn":"2026-12-24","endsOn":"2026-12-23"}""", "endsOn", "before")]
    [InlineData("""{"every":"month","day":15,"at":"10:00","timeZone":"Asia/Shanghai","startsOn":"2026-12-16","endsOn":"2027-01-14"}""", "endsOn", "no day")]
    [InlineData("""{"every":"once","date":"2026-12-24","at":"10:00","timeZone":"Asia/Shanghai","startsOn":"2027-01-01"}""", "startsOn", "no day")]
    [InlineData("""{"every":"day","at":"10:00","timeZone":"Asia/Shanghai","untill":"2027-01-01"}""", "untill", "not known")]
    public void A_mistake_is_named(string json, string field, string hint)
    {
        var mistakes = Mistakes(json, null, out _);
        Assert.Contains(hint, Assert.Contains(field, mistakes)[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"every":"day","cron":null,"at":"10:00","day":1,"date":null,"timeZone":"Asia/Shanghai","missed":"skip","contactLocalTime":false,"monthEnd":"last-day","startsOn":null,"endsOn":null}""")]
    [InlineData("""{"every":"cron","cron":"0 10 * * MON-FRI","at":"10:00","day":1,"timeZone":"Asia/Shanghai"}""")]
    [InlineData("""{"every":"cron","cron":"0,30 9-17/2 1 JAN *","timeZone":"Asia/Shanghai"}""")]
    [InlineData("""{"every":"hour","timeZone":"Asia/Shanghai","day":3}""")]
    public void What_does_not_matter_may_stand_there(string json) => Assert.Empty(Mistakes(json, null, out _));

    [Fact]
    public void The_zone_is_the_workspaces_where_none_is_named()
    {
        Assert.Empty(Mistakes("""{"every":"day","at":"10:00"}""", "Asia/Shanghai", out var schedule));
        Assert.Equal("Asia/Shanghai", schedule.TimeZone);
        Assert.Empty(Mistakes("""{"every":"once"}""", "Asia/Shanghai", out var once));
        Assert.True(once.StartsAtOnce);
    }

    private static IDictionary<string, string[]> Mistakes(string json, string? zone, out Schedule schedule)
    {
        using var document = JsonDocument.Parse(json);
        var fields = new Fields(document.RootElement);
        schedule = ScheduleReading.Read(fields, zone);
        return fields.Mistakes();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Schedule))]
internal sealed partial class ScheduleTestJson : JsonSerializerContext;
