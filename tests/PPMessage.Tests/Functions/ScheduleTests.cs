using PPMessage.Functions;
using Xunit;

namespace PPMessage.Tests.Functions;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData("0 */5 * * * *", "2026-11-20T03:16:59Z", "2026-11-20T03:15:00Z", "2026-11-20T03:20:00Z")]
    [InlineData("0 */5 * * * *", "2026-11-20T03:15:00Z", "2026-11-20T03:15:00Z", "2026-11-20T03:20:00Z")]
    [InlineData("0 17 3 * * *", "2026-11-20T03:16:59.9Z", "2026-11-19T03:17:00Z", "2026-11-20T03:17:00Z")]
    [InlineData("0 17 3 * * *", "2026-11-20T23:00:00+08:00", "2026-11-20T03:17:00Z", "2026-11-21T03:17:00Z")]
    [InlineData("0 0 4 * * 1", "2026-11-20T00:00:00Z", "2026-11-16T04:00:00Z", "2026-11-23T04:00:00Z")]
    public void A_schedule_knows_its_last_and_next_time_in_UTC(string expression, string now, string last, string next)
    {
        var schedule = new Schedule(expression);
        Assert.Equal(At(last), schedule.Last(At(now)));
        Assert.Equal(At(next), schedule.Next(At(now)));
    }

    [Fact]
    public void What_was_due_more_than_a_week_ago_is_not_made_up_for() => Assert.Null(new Schedule("0 0 0 1 1 *").Last(At("2026-11-20T00:00:00Z")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text);
}
