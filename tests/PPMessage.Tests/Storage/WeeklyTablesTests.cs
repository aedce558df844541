using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Storage;

public sealed class WeeklyTablesTests
{
    [Theory]
    [InlineData("2026-11-20T00:00:00Z", "Requests2026W47")]
    [InlineData("2026-11-23T07:59:59+08:00", "Requests2026W47")]
    [InlineData("2027-01-01T00:00:00Z", "Requests2026W53")]
    [InlineData("2029-12-31T00:00:00Z", "Requests2030W01")]
    public void A_table_is_named_after_the_ISO_week_in_UTC(string instant, string name) =>
        Assert.Equal(name, WeeklyTables.Of(Tables.Requests, DateTimeOffset.Parse(instant)));

    [Fact]
    public void The_week_before_the_first_of_a_year_is_the_last_of_the_year_before() =>
        Assert.Equal("Requests2026W53", WeeklyTables.Before(Tables.Requests, DateTimeOffset.Parse("2027-01-04T00:00:00Z")));

    [Fact]
    public void Weeks_to_drop_begin_behind_those_that_are_kept() =>
        Assert.Equal(["Requests2026W52", "Requests2026W51"], WeeklyTables.OlderThan(2, Tables.Requests, DateTimeOffset.Parse("2027-01-12T00:00:00Z"), span: 2));
}
