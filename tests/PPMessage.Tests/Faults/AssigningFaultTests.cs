using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class AssigningFaultTests
{
    [Fact]
    public Task A_text_that_is_assigned_by_a_rule_survives_every_fault_at_every_call() => new FaultHarness(new Scenario("inbound assigned", Rule, Scenario.Text("我的订单在哪里？"))).ProveAsync();

    // One agent, whose number of open conversations is counted and never reached: everything is read and written, and the end is the same however often it is.
    private static async Task Rule(Stage stage)
    {
        var set = await stage.Workspace.CallAsync("PUT", "/api/settings/assignment", new { method = "least_busy", capacity = 1000 });
        Assert.Equal(200, set.Status);
        await stage.Workspace.DrainAsync();
    }
}
