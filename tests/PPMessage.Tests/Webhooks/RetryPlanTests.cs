using System.Globalization;
using PPMessage.Webhooks;
using Xunit;

namespace PPMessage.Tests.Webhooks;

public sealed class RetryPlanTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-23T08:00:00Z", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 30)]
    [InlineData(2, 120)]
    [InlineData(3, 600)]
    [InlineData(4, 1800)]
    [InlineData(5, 3600)]
    [InlineData(6, 7200)]
    [InlineData(60, 7200)]
    public void Each_pause_is_longer_and_not_the_same_for_all(int failures, int seconds)
    {
        var pauses = Enumerable.Range(0, 50).Select(i => Pause($"wd_{i}", failures, null)).ToList();
        Assert.All(pauses, pause => Assert.InRange(pause.TotalSeconds, seconds, seconds * 1.2));
        Assert.True(pauses.Distinct().Count() > 10);
    }

    [Theory]
    [InlineData(600, 600)]
    [InlineData(1, 5)]
    [InlineData(-60, 5)]
    [InlineData(999_999, 7200)]
    public void A_receiver_may_ask_for_more_time_within_reason(int wished, int seconds) =>
        Assert.InRange(Pause("wd_1", 0, TimeSpan.FromSeconds(wished)).TotalSeconds, seconds, seconds * 1.2);

    [Fact]
    public void The_last_attempt_is_when_a_day_is_over()
    {
        var since = Now - TimeSpan.FromHours(23.5);
        Assert.Equal(since + RetryPlan.GivenUpAfter, RetryPlan.Next("wd_1", 20, Now, since, null));
        Assert.Null(RetryPlan.Next("wd_1", 20, Now, Now - RetryPlan.GivenUpAfter, null));
    }

    private static TimeSpan Pause(string id, int failures, TimeSpan? retryAfter) => RetryPlan.Next(id, failures, Now, Now, retryAfter)!.Value - Now;
}
