using PPMessage.Agents.Teams;
using PPMessage.Conversations.Assigning;
using Xunit;

namespace PPMessage.Tests.Conversations.Assigning;

public sealed class PickingTests
{
    private static readonly string[] Ready = ["a", "b", "c"];

    [Theory]
    [InlineData(null, "a")]
    [InlineData("a", "b")]
    [InlineData("b", "c")]
    [InlineData("c", "a")]
    [InlineData("bb", "c")]
    public void In_turn_the_next_one_follows_the_last_one_even_if_that_one_has_left(string? last, string expected) =>
        Assert.Equal(expected, Pick(new(AssignmentMethod.InTurn, null), last));

    [Theory]
    [InlineData(0, "a")]
    [InlineData(0.5, "b")]
    [InlineData(0.999, "c")]
    public void By_chance_each_has_the_same(double chance, string expected) =>
        Assert.Equal(expected, Pick(new(AssignmentMethod.Random, null), null, chance));

    [Fact]
    public void The_least_busy_one_is_found_and_equals_take_turns()
    {
        var rule = new AssignmentRule(AssignmentMethod.LeastBusy, null);
        Assert.Equal("c", Pick(rule, "a", load: new() { ["a"] = 2, ["b"] = 3, ["c"] = 1 }));
        Assert.Equal("c", Pick(rule, "a", load: new() { ["a"] = 0, ["b"] = 3 }));
        Assert.Equal("a", Pick(rule, "c", load: new() { ["b"] = 3 }));
    }

    [Fact]
    public void Who_is_full_is_passed_over_and_when_all_are_nobody_gets_it()
    {
        var rule = new AssignmentRule(AssignmentMethod.InTurn, 2);
        Assert.Equal("c", Pick(rule, "a", load: new() { ["b"] = 2, ["c"] = 1 }));
        Assert.Null(Pick(rule, "a", load: new() { ["a"] = 2, ["b"] = 5, ["c"] = 2 }));
    }

    [Fact]
    public void With_the_method_all_nobody_is_assigned() => Assert.Null(Pick(AssignmentRule.Everybody, "a"));

    private static string? Pick(AssignmentRule rule, string? last, double chance = 0, Dictionary<string, int>? load = null) =>
        Picking.Pick(rule, Ready, last, load ?? [], chance);
}
