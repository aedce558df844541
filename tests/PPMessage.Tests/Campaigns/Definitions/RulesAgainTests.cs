using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Definitions;

public sealed class RulesAgainTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly Workspace _workspace = shared.Workspace;

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"quietHours":null,"holidays":false}""")]
    [InlineData("""{"quietHours":{"from":"22:00","to":"08:00"},"holidays":true,"allowedDays":[1,2],"frequencyCap":{"max":1,"per":"P7D"},"ratePerSecond":2.5}""")]
    public async Task What_is_read_of_a_campaign_can_be_written_again_and_changes_nothing(string rules)
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var made = await scene.CampaignAsync(rules: System.Text.Json.JsonElement.Parse(rules));

        var again = await _workspace.CallAsync("PATCH", $"/api/campaigns/{made.Word("id")}", new { rules = made.GetProperty("rules"), schedule = made.GetProperty("schedule"), content = made.GetProperty("content") });

        Assert.Equal(200, again.Status);
        Assert.Equal(made.GetRawText(), again.Json.GetRawText());
    }

    [Fact]
    public async Task Quiet_hours_are_the_usual_ones_or_its_own()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 0);
        var made = await scene.CampaignAsync();

        var both = await _workspace.CallAsync("PATCH", $"/api/campaigns/{made.Word("id")}", new { rules = new { usualQuietHours = true, quietHours = new { from = "22:00", to = "08:00" } } });

        Assert.Equal(400, both.Status);
        Assert.Contains("rules.usualQuietHours", both.Json.GetRawText(), StringComparison.Ordinal);
    }
}
