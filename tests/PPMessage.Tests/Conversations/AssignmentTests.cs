using PPMessage.Agents;
using PPMessage.Conversations;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class AssignmentTests
{
    private static readonly Dictionary<string, Availability> Agents = new() { ["ready"] = Availability.Ready, ["busy"] = Availability.Busy, ["away"] = Availability.Away };

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, "ready", "ready")]
    [InlineData(null, "busy", "busy")]
    [InlineData(null, "away", null)]
    [InlineData(null, "gone", null)]
    [InlineData("busy", "ready", "busy")]
    [InlineData("away", "ready", "ready")]
    [InlineData("away", "away", null)]
    [InlineData("gone", null, null)]
    public void Who_knows_the_sender_gets_the_message_while_on_duty_and_everybody_else_otherwise(string? current, string? last, string? expected) =>
        Assert.Equal(expected, Assignment.Assignee(current, last, Agents));
}
