using PPMessage.Flows.Calls;
using Xunit;

namespace PPMessage.Tests.Flows.Calls;

public sealed class FlowCallRetryTests
{
    private static readonly CallAnswer Busy = new(503, null, "", "It answered 503.", MayBeRetried: true, RetryAfter: null, 5);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 10)]
    [InlineData(3, 60)]
    [InlineData(4, 300)]
    [InlineData(5, 600)]
    [InlineData(50, 600)]
    public void The_pauses_grow_up_to_ten_minutes(int attemptsMade, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), CallRetry.Next(attemptsMade, 100, Busy));

    [Theory]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, false)]
    [InlineData(1, 1, false)]
    [InlineData(1, 0, false)]
    public void There_are_no_more_attempts_than_were_allowed(int attemptsMade, int mostAttempts, bool more) =>
        Assert.Equal(more, CallRetry.Next(attemptsMade, mostAttempts, Busy) is not null);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(30, 30)]
    [InlineData(600, 600)]
    [InlineData(86_400, 600)]
    public void A_program_may_ask_for_longer_and_not_for_shorter(int asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CallRetry.Next(1, 3, Busy with { RetryAfter = TimeSpan.FromSeconds(asked) }));

    [Fact]
    public void What_went_well_or_will_not_change_is_not_repeated()
    {
        Assert.Null(CallRetry.Next(1, 3, Busy with { Status = 200, Error = null }));
        Assert.Null(CallRetry.Next(1, 3, Busy with { Status = 404, MayBeRetried = false }));
        Assert.Null(CallRetry.Next(1, 3, CallAnswer.None("The URL must begin with https.", mayBeRetried: false)));
    }
}
