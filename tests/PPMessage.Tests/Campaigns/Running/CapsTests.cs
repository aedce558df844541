using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Settings;
using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class CapsTests
{
    private static readonly Plan Capped = Planned.Plan(settings: new CampaignSettings { FrequencyCap = new(2, "P7D"), QuietHours = null });

    [Fact]
    public void As_many_as_the_cap_allows_are_left_and_one_that_is_old_enough_does_not_count()
    {
        var standing = Standing.None;
        for (var day = 0; day < 2; day++)
        {
            Assert.True(Caps.Leave(standing, Capped, Day(day)));
            standing = Caps.Taken(standing, Capped, Day(day));
        }

        Assert.False(Caps.Leave(standing, Capped, Day(2)));
        Assert.False(Caps.Leave(standing, Capped, Day(7).AddTicks(-1)));
        Assert.True(Caps.Leave(standing, Capped, Day(7)));
        Assert.False(Caps.Leave(Caps.Taken(standing, Capped, Day(7)), Capped, Day(7)));
    }

    [Fact]
    public void A_campaigns_own_cap_counts_its_own_messages_alone()
    {
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { FrequencyCap = new FrequencyCap(1, "P1D") }));
        var other = OccurrenceIds.Of("cp_01KB0000000000000000000002", "x", Planned.Now);
        var standing = Standing.None with { Touches = [new(Planned.Now, other), new(Planned.Now, other)] };
        Assert.True(Caps.Leave(standing, plan, Planned.Now));
        Assert.False(Caps.Leave(Caps.Taken(standing, plan, Planned.Now), plan, Planned.Now));
        Assert.False(Caps.Leave(standing, Capped, Planned.Now));
    }

    [Fact]
    public void A_place_that_is_given_back_leaves_the_standing_as_it_was_and_is_given_back_once()
    {
        var before = Caps.Taken(Standing.None, Capped, Planned.Now) with { Touches = [], Receipts = [] };
        var taken = Caps.Taken(before, Capped, Planned.Now);
        Assert.Equal((Planned.CampaignId, 1), (Assert.Single(taken.Receipts).CampaignId, taken.Receipts[0].Times));
        var back = Caps.GivenBack(taken, Capped.OccurrenceId);
        Assert.Empty(back.Touches);
        Assert.Empty(back.Receipts);
        Assert.Same(back, Caps.GivenBack(back, Capped.OccurrenceId));
        var twice = Caps.GivenBack(Caps.Taken(Caps.Taken(Standing.None, Capped, Planned.Now), Capped, Day(1)), Capped.OccurrenceId);
        Assert.Equal((1, 1), (twice.Touches.Count, Assert.Single(twice.Receipts).Times));
        Assert.Same(twice, Caps.GivenBack(twice, OccurrenceIds.Of(Planned.CampaignId, "other", Planned.Now)));
    }

    [Fact]
    public void A_message_that_is_decided_while_two_contacts_become_one_does_not_forget_what_was_taken_over()
    {
        var former = Caps.Taken(Standing.None, Capped, Planned.Now);
        var into = StandingMerge.Of("ct_former", former, Standing.None);
        var decided = Caps.Taken(into, Capped, Day(1));
        Assert.Equal(2, StandingMerge.Of("ct_former", former, decided).Receipts.Single().Times);
        Assert.Equal(2, StandingMerge.Of("ct_former", former, decided).Touches.Count);
        Assert.Equal(1, StandingMerge.Of("ct_former", former, Caps.GivenBack(decided, Capped.OccurrenceId)).Receipts.Single().Times);
    }

    [Fact]
    public void What_no_cap_can_ask_for_any_more_is_forgotten()
    {
        var standing = Standing.None;
        for (var hour = 0; hour < 24 * 40; hour += 6) standing = Caps.Taken(standing, Capped, Planned.Now.AddHours(hour));
        Assert.Equal(Standing.MostTouches, standing.Touches.Count);
        Assert.True(standing.Touches.Zip(standing.Touches.Skip(1)).All(pair => pair.First.At < pair.Second.At));
        Assert.Single(Caps.Taken(standing, Capped, Day(100)).Touches);
        Assert.Equal(161, Assert.Single(Caps.Taken(standing, Capped, Day(100)).Receipts).Times);
    }

    private static DateTimeOffset Day(int day) => Planned.Now.AddDays(day);
}
