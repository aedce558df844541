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
    public void A_link_stops_campaigns_only_and_a_provider_who_tells_of_the_same_wish_stops_all()
    {
        var linked = Consent.Unspoken.After(Link(stops: true));
        Assert.Equal((true, true, null), (linked.Stopped, linked.StopsOnlyCampaigns, linked.AllStoppedBy));
        Assert.True(linked.Knows(Link(stops: true)));
        Assert.False(linked.Knows(Stop(SuppressionReasons.Unsubscribe)));
        var told = linked.After(Stop(SuppressionReasons.Unsubscribe));
        Assert.Equal((false, Stop(SuppressionReasons.Unsubscribe)), (told.StopsOnlyCampaigns, told.AllStoppedBy));
        Assert.Equal(told.AllStoppedBy, told.After(Link(stops: true)).AllStoppedBy);
        Assert.False(Consent.Unspoken.StopsOnlyCampaigns);
        Assert.True(linked.Bare()!.StopsOnlyCampaigns);
    }

    [Fact]
    public void A_link_is_pressed_when_it_is_pressed_whatever_the_machines_clock_says()
    {
        var linked = Consent.Unspoken.After(Link(stops: true) with { At = Now.AddSeconds(3) });
        Assert.False(linked.Knows(Link(stops: false)));
        var lifted = linked.After(Link(stops: false) with { At = Now.AddSeconds(3) });
        Assert.True(lifted.Knows(Link(stops: false)));
        Assert.False(lifted.Knows(Link(stops: true)));
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

    private static ConsentChange Link(bool stops) => new(stops, ConsentChange.Link, "page", null, Now, SuppressionReasons.Unsubscribe);
}
