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

    [Fact]
    public void A_start_that_is_carried_in_late_lifts_no_later_stop()
    {
        var stopped = Consent.Unspoken.After(Word(stops: true, 0)).After(Word(stops: false, 1)).After(Word(stops: true, 5));
        Assert.True(stopped.Knows(Word(stops: false, 4)));
        Assert.False(stopped.Knows(Word(stops: false, 6)));
        // Whoever lifts it by the API has seen it, whatever his machine's clock says.
        Assert.False(stopped.Knows(Lift() with { At = Now.AddMinutes(4) }));
    }

    [Fact]
    public void A_stop_that_is_said_again_outlives_a_start_in_between_and_fills_no_history()
    {
        var stopped = Consent.Unspoken.After(Stop(SuppressionReasons.Complaint)).After(Word(stops: true, 0));
        for (var minute = 1; minute < 20; minute++)
        {
            Assert.False(stopped.Knows(Word(stops: true, minute)));
            stopped = stopped.After(Word(stops: true, minute));
        }

        Assert.True(stopped.Knows(Word(stops: true, 19)));
        Assert.True(stopped.Knows(Word(stops: false, 18)));
        Assert.Equal([(SuppressionReasons.Complaint, 0), (SuppressionReasons.Stop, 0), (SuppressionReasons.Stop, 19)], stopped.Stops.Select(stop => (stop.Reason, (stop.At - Now).Minutes)));
    }

    private static ConsentChange Word(bool stops, int minute) => new(stops, "word", stops ? "STOP" : "START", null, Now.AddMinutes(minute));

    private static ConsentChange Stop(string reason) => new(true, "provider", "x", null, Now, reason);

    private static ConsentChange Lift() => new(false, "admin-key", "lifted", null, Now, SuppressionReasons.Manual);
}
