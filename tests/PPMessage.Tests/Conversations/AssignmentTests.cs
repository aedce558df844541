using PPMessage.Agents;
using PPMessage.Conversations;
using Xunit;

namespace PPMessage.Tests.Conversations;

public sealed class AssignmentTests
{
    private static readonly Dictionary<string, Agent> Agents = new[] { Agent("ready", Availability.Ready), Agent("busy", Availability.Busy), Agent("away", Availability.Away) }.ToDictionary(agent => agent.Id);

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
        Assert.Equal(expected, Assignment.Assignee(current, null, last, Agents));

    [Theory]
    [InlineData("tm_1", "ready")]
    [InlineData("tm_2", null)]
    public void In_a_team_only_a_member_gets_what_the_sender_has_to_say_next(string team, string? expected) =>
        Assert.Equal(expected, Assignment.Assignee(null, team, "ready", Agents));

    private static Agent Agent(string id, Availability availability) =>
        new() { Id = id, Name = id, Role = Role.Agent, Teams = ["tm_1"], Availability = availability, TokenHash = "", CreatedAt = Some.Now, UpdatedAt = Some.Now };
}
