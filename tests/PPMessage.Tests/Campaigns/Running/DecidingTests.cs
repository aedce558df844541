using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Campaigns.Settings;
using PPMessage.Contacts;
using PPMessage.Segments;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class DecidingTests
{
    private static readonly SendingTimes Nights = new() { QuietHours = new ClockRange(21 * 60, 9 * 60) };

    [Fact]
    public void By_day_it_is_sent_by_all_channels_that_reach_the_contact_and_until_the_evening()
    {
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { Times = Nights }, "email", "sms"));
        var send = Assert.IsType<Decision.Send>(Of(plan, Planned.Contact(1, "Asia/Shanghai")));
        Assert.Equal(["email", "sms"], send.Kinds);
        Assert.Equal(DateTimeOffset.Parse("2026-11-23T13:00:00Z"), send.NotAfter);
        Assert.Equal(["email"], Assert.IsType<Decision.Send>(Of(plan, Planned.Contact(1, "Asia/Shanghai", hasPhone: false))).Kinds);
    }

    [Fact]
    public void Whom_no_channel_reaches_is_skipped() =>
        Assert.Equal(new Decision.Skip(Reasons.NoAddress), Of(Planned.Plan(), Planned.Contact(1, hasPhone: false)));

    [Fact]
    public void At_night_it_waits_for_the_contacts_own_morning() =>
        Assert.Equal(
            new Decision.Defer(Reasons.QuietHours, DateTimeOffset.Parse("2026-11-23T14:00:00Z")),
            Of(Planned.Plan(Planned.Campaign(new CampaignRules { Times = Nights })), Planned.Contact(1, "America/New_York")));

    [Theory]
    [InlineData("Pacific/Kiritimati", "2026-11-23T20:00:00Z")]
    [InlineData("Asia/Shanghai", "2026-11-24T02:00:00Z")]
    [InlineData("America/New_York", "2026-11-24T15:00:00Z")]
    public void By_the_contacts_clocks_each_waits_for_its_own_time(string zone, string at)
    {
        var plan = Planned.Plan(due: new Due(new DateTime(2026, 11, 24, 10, 0, 0, DateTimeKind.Unspecified), Due.OfContacts, DateTimeOffset.Parse("2026-11-23T20:00:00Z")));
        Assert.Equal(new Decision.Defer(Reasons.LocalTime, DateTimeOffset.Parse(at)), Of(plan, Planned.Contact(1, zone), DateTimeOffset.Parse("2026-11-23T19:59:59Z")));
        Assert.IsType<Decision.Send>(Of(plan, Planned.Contact(1, zone), DateTimeOffset.Parse(at)));
    }

    [Fact]
    public void Who_could_get_it_only_a_week_later_gets_nothing()
    {
        BusinessHours Closed(int days) => new() { Holidays = [new(new DateOnly(2026, 11, 23), "停业", new DateOnly(2026, 11, 23).AddDays(days))] };
        var campaign = Planned.Campaign(new CampaignRules { Times = new SendingTimes { Holidays = true } });
        Assert.Equal(DateTimeOffset.Parse("2026-11-30T00:00:00Z"), Assert.IsType<Decision.Defer>(Of(Planned.Plan(campaign, business: Closed(6)), Planned.Contact(1, "UTC"))).Until);
        Assert.Equal(new Decision.Skip(Reasons.TooLate), Of(Planned.Plan(campaign, business: Closed(7)), Planned.Contact(1, "UTC")));
        Assert.Equal(new Decision.Skip(Reasons.TooLate), Of(Planned.Plan(campaign, business: Closed(30)), Planned.Contact(1, "UTC")));
        Assert.IsType<Decision.Defer>(Again(Planned.Plan(campaign, business: Closed(7)), new Candidate(Planned.Contact(1, "UTC")), Planned.Now));
    }

    [Fact]
    public void What_begins_long_after_it_was_due_because_nobody_was_there_is_not_too_late()
    {
        var missed = Planned.Plan(due: new Due(Planned.Now.AddDays(-9).UtcDateTime, "UTC", Planned.Now.AddDays(-9)));
        Assert.Equal(new Decision.Skip(Reasons.TooLate), Of(missed, Planned.Contact(1)));
        Assert.IsType<Decision.Send>(Of(missed with { BegunAt = Planned.Now }, Planned.Contact(1)));
        Assert.IsType<Decision.Send>(Of(missed with { BegunAt = Planned.Now.AddDays(-7) }, Planned.Contact(1)));
        Assert.IsType<Decision.Skip>(Of(missed with { BegunAt = Planned.Now.AddDays(-7).AddTicks(-1) }, Planned.Contact(1)));
    }

    [Fact]
    public void Once_for_each_contact_is_once_but_for_those_who_have_failed()
    {
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { OncePerContact = true }));
        var got = new Candidate(Planned.Contact(1)) { Standing = Caps.Taken(Standing.None, plan, Planned.Now.AddDays(-300)) };
        Assert.Equal(new Decision.Skip(Reasons.Once), Of(plan, got, Planned.Now));
        Assert.IsType<Decision.Send>(Again(plan, got, Planned.Now));
        Assert.IsType<Decision.Send>(Of(plan, new Candidate(Planned.Contact(2)), Planned.Now));
    }

    [Fact]
    public void A_cap_is_asked_last_and_also_of_those_who_have_failed()
    {
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { Times = Nights }), new CampaignSettings { FrequencyCap = new(1, "P7D"), QuietHours = null });
        var standing = Caps.Taken(Standing.None, plan, Planned.Now.AddDays(-1));
        Assert.Equal(new Decision.Skip(Reasons.Capped), Of(plan, new Candidate(Planned.Contact(1, "UTC")) { Standing = standing }, Planned.Now.AddHours(1)));
        Assert.Equal(new Decision.Skip(Reasons.Capped), Again(plan, new Candidate(Planned.Contact(1, "UTC")) { Standing = standing }, Planned.Now.AddHours(1)));
        // By the morning the place may be free.
        Assert.IsType<Decision.Defer>(Of(plan, new Candidate(Planned.Contact(1, "UTC")) { Standing = standing }, Planned.Now));
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(90, 9, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1000, 1)]
    public void Contents_are_drawn_by_their_weights_and_always_alike(params int[] weights)
    {
        const int ids = 10_000;
        var plan = Planned.Plan(weights: weights);
        var drawn = Enumerable.Range(0, ids).Select(i => plan.VariantOf(Planned.ContactId(i))).ToList();
        var again = Planned.Plan(weights: weights) with { OccurrenceId = "another" };
        Assert.Equal(drawn, Enumerable.Range(0, ids).Select(i => again.VariantOf(Planned.ContactId(i))));
        for (var i = 0; i < weights.Length; i++) Assert.InRange((drawn.Count(one => one == i) / (double)ids) - (weights[i] / (double)weights.Sum()), -0.02, 0.02);
        Assert.Equal(1, plan.IndexOf("B"));
        Assert.Equal(0, plan.IndexOf(null));
    }

    private static Decision Of(Plan plan, Contact contact, DateTimeOffset? now = null) => Of(plan, new Candidate(contact), now ?? Planned.Now);

    private static Decision Of(Plan plan, Candidate candidate, DateTimeOffset now) => new Deciding(plan, now).Of(Planned.Addressee(candidate, plan));

    private static Decision Again(Plan plan, Candidate candidate, DateTimeOffset now) => new Deciding(plan, now).Again(Planned.Addressee(candidate, plan));
}
