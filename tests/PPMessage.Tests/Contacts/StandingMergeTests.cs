using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Contacts;

public sealed class StandingMergeTests
{
    private static readonly DateTimeOffset Day = DateTimeOffset.Parse("2026-11-23T08:00:00Z");

    [Fact]
    public void Touches_are_the_twos_together_by_time_and_receipts_are_summed()
    {
        var (former, into) = (Of([1, 4], ("cp_a", 2, 4), ("cp_b", 1, 1)), Of([2, 3], ("cp_a", 1, 3)));
        var whole = StandingMerge.Of("ct_1", former, into);
        Assert.Equal([1, 2, 3, 4], whole.Touches.Select(touch => touch.At.Day - Day.Day));
        Assert.Equal([("cp_b", 1, Day.AddDays(1)), ("cp_a", 3, Day.AddDays(4))], whole.Receipts.Select(receipt => (receipt.CampaignId, receipt.Times, receipt.At)));
    }

    [Fact]
    public void Taken_over_again_nothing_is_counted_twice_and_what_came_since_is_added()
    {
        var (former, into) = (Of([1], ("cp_a", 1, 1)), Of([2], ("cp_a", 1, 2)));
        var once = StandingMerge.Of("ct_1", former, into);
        Assert.Same(once, StandingMerge.Of("ct_1", former, once));
        var later = StandingMerge.Of("ct_1", Of([1, 3], ("cp_a", 2, 3)), once);
        Assert.Equal(3, later.Receipts.Single().Times);
        Assert.Equal(3, later.Touches.Count);
    }

    [Fact]
    public void A_touch_that_was_released_since_does_not_come_back()
    {
        var former = Of([1], ("cp_a", 1, 1));
        var released = StandingMerge.Of("ct_1", former, Standing.None) with { Touches = [] };
        Assert.Empty(StandingMerge.Of("ct_1", Of([1], ("cp_a", 2, 1)), released).Touches);
    }

    [Fact]
    public void What_came_by_another_contact_is_not_counted_again_when_it_comes_by_itself()
    {
        var former = Of([1], ("cp_a", 1, 1));
        var second = StandingMerge.Of("ct_1", former, Standing.None);
        var third = StandingMerge.Of("ct_2", second, Standing.None);
        Assert.Same(third, StandingMerge.Of("ct_1", former, third));
        Assert.Equal(1, third.Receipts.Single().Times);
    }

    [Fact]
    public void When_the_former_ones_is_gone_nothing_is_remembered_of_it()
    {
        var into = StandingMerge.Of("ct_1", Of([1]), Standing.None);
        Assert.Null(StandingMerge.Done("ct_1", into).Taken);
        Assert.Same(into, StandingMerge.Done("ct_2", into));
    }

    [Fact]
    public void No_more_is_kept_than_any_cap_can_ask_for()
    {
        var whole = StandingMerge.Of("ct_1", Of([.. Enumerable.Range(0, 90)]), Of([.. Enumerable.Range(50, 90)]));
        Assert.Equal((Standing.MostTouches, Day.AddDays(139)), (whole.Touches.Count, whole.Touches[^1].At));
    }

    private static Standing Of(IReadOnlyList<int> days, params IReadOnlyList<(string Campaign, int Times, int Day)> receipts) => new()
    {
        Touches = [.. days.Select(day => new CampaignTouch(Day.AddDays(day), $"oc_{day}"))],
        Receipts = [.. receipts.Select(receipt => new CampaignReceipt(receipt.Campaign, receipt.Times, Day.AddDays(receipt.Day)))],
    };
}
