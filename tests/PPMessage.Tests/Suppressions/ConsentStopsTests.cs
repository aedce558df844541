using PPMessage.Suppressions;
using Xunit;

namespace PPMessage.Tests.Suppressions;

public sealed class ConsentStopsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_complaint_after_a_bounce_is_remembered_beside_it_in_either_order()
    {
        foreach (var (first, second) in ((string, string)[])[(SuppressionReasons.Bounce, SuppressionReasons.Complaint), (SuppressionReasons.Complaint, SuppressionReasons.Bounce)])
        {
            var consent = Consent.Unspoken.After(Stop(first));
            Assert.True(consent.Knows(Stop(first)));
            Assert.False(consent.Knows(Stop(second)));
            Assert.Equal([first, second], consent.After(Stop(second)).Stops.Select(stop => stop.Reason));
        }
    }

    [Fact]
    public void What_was_lifted_stops_nothing_and_can_stop_again()
    {
        var lifted = Consent.Unspoken.After(Stop(SuppressionReasons.Bounce)).After(Lift());
        Assert.Empty(lifted.Stops);
        Assert.True(lifted.Knows(Lift()));
        Assert.False(lifted.Knows(Stop(SuppressionReasons.Bounce)));
        Assert.Single(lifted.After(Stop(SuppressionReasons.Bounce)).Stops);
    }

    private static ConsentChange Stop(string reason) => new(true, "provider", "x", null, Now, reason);

    private static ConsentChange Lift() => new(false, "admin-key", "lifted", null, Now, SuppressionReasons.Manual);
}
