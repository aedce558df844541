using PPMessage.Filters;
using Xunit;
using static PPMessage.Tests.Filters.Filtering;

namespace PPMessage.Tests.Filters;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("P1Y2M", 14, 0, 0)]
    [InlineData("P2W1D", 0, 15, 0)]
    [InlineData("PT12H", 0, 0, 43_200)]
    [InlineData("P1DT1M1S", 0, 1, 61)]
    [InlineData("P0D", 0, 0, 0)]
    [InlineData("P100Y", 1200, 0, 0)]
    public void Months_days_and_time_are_kept_apart(string text, int months, int days, int seconds) =>
        Assert.Equal(new Period(months, days, TimeSpan.FromSeconds(seconds)), Period.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("1D")]
    [InlineData("-P1D")]
    [InlineData("P-1D")]
    [InlineData("P1D ")]
    [InlineData("P1D\n")]
    [InlineData("p1d")]
    [InlineData("P1.5D")]
    [InlineData("P１D")]
    [InlineData("PT1D")]
    [InlineData("P1H")]
    [InlineData("P1D1M")]
    [InlineData("P101Y")]
    [InlineData("P999999999W")]
    [InlineData("PT999999999H")]
    [InlineData("P1234567890D")]
    public void What_is_no_duration_or_a_too_long_one_is_none(string text) => Assert.Null(Period.Parse(text));

    [Fact]
    public void A_month_is_the_calendars()
    {
        var march = Noon with { Now = new(2026, 3, 31, 9, 0, 0, TimeSpan.FromHours(8)) };
        Assert.Equal(new DateTimeOffset(2026, 2, 28, 9, 0, 0, TimeSpan.FromHours(8)), new Period(1, 0, default).Before(march));
        Assert.Equal(new DateTimeOffset(2026, 4, 30, 9, 0, 0, TimeSpan.FromHours(8)), new Period(1, 0, default).After(march));
    }

    [Fact]
    public void A_day_is_the_zones_and_hours_are_elapsed()
    {
        // Clocks in New York went back an hour on the first of November.
        var moment = new FilterMoment(new(2026, 11, 1, 12, 0, 0, TimeSpan.FromHours(-5)), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        Assert.Equal(new DateTimeOffset(2026, 10, 31, 12, 0, 0, TimeSpan.FromHours(-4)), new Period(0, 1, default).Before(moment));
        Assert.Equal(moment.Now.AddHours(-24), new Period(0, 0, TimeSpan.FromHours(24)).Before(moment));
    }
}
