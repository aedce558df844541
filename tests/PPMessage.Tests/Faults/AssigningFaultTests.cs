using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

public sealed class AssigningFaultTests
{
    [Fact]
    public Task A_text_that_is_assigned_by_a_rule_survives_every_fault_at_every_call() => new FaultHarness(new Scenario("inbound assigned", Rule, Scenario.Text("我的订单在哪里？"))).ProveAsync();

    [Fact]
    public Task Who_waits_is_handed_to_who_gets_free_whatever_goes_wrong() => new FaultHarness(new Scenario("handed out", OneIsFull, ResolveOther)).ProveAsync();

    // The only agent may have one conversation, and has it; the stage's own waits.
    private static async Task OneIsFull(Stage stage)
    {
        foreach (var open in await stage.Workspace.ListAsync("/api/conversations?status=open"))
            await stage.Workspace.CallAsync("PATCH", $"/api/conversations/{open.Word("id")}", new { status = "resolved" });
        await stage.Workspace.CallAsync("PUT", "/api/settings/assignment", new { method = "in_turn", capacity = 1 });
        await stage.Workspace.TextAsync(Other(stage), "你好");
        await stage.Workspace.TextAsync(stage.Phone, "我在等");
        await stage.Workspace.DrainAsync();
        Assert.Null((await stage.Workspace.OfPhoneAsync(stage.Phone))[0].GetProperty("assignee").GetString());
        // So that the feed tells of nothing that was arranged.
        stage.Workspace.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task ResolveOther(Stage stage)
    {
        for (var i = 0; i < 6 && !await IsResolvedAsync(stage); i++) await stage.Workspace.ReviveAsync();
        await stage.Workspace.ReviveAsync();
    }

    private static async Task<bool> IsResolvedAsync(Stage stage)
    {
        try
        {
            var other = (await stage.Workspace.CallAsync("GET", $"/api/conversations?q={Other(stage)[1..]}")).Json;
            if (!other.TryGetProperty("items", out var items)) return false;
            return (await stage.Workspace.CallAsync("PATCH", $"/api/conversations/{items[0].Word("id")}", new { status = "resolved" })).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Other(Stage stage) => stage.Phone.Replace("+86138", "+86139", StringComparison.Ordinal);

    // One agent, whose number of open conversations is counted and never reached: everything is read and written, and the end is the same however often it is.
    private static async Task Rule(Stage stage)
    {
        var set = await stage.Workspace.CallAsync("PUT", "/api/settings/assignment", new { method = "least_busy", capacity = 1000 });
        Assert.Equal(200, set.Status);
        await stage.Workspace.DrainAsync();
    }
}
