using System.Net;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Preview;

public sealed class PreviewConsentTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private readonly Workspace _workspace = shared.Workspace;

    [Fact]
    public async Task The_preview_of_one_contact_knows_that_it_has_stopped_as_the_run_does()
    {
        var scene = await CampaignScene.MakeAsync(_workspace, 2);
        await _workspace.TextAsync(scene.Phones[1], "STOP");
        var campaign = (await scene.CampaignAsync()).Word("id");

        var told = new List<string?>();
        foreach (var contactId in scene.Contacts)
        {
            var preview = await _workspace.PostAsync($"/api/campaigns/{campaign}/preview", new { contactId }, HttpStatusCode.OK);
            told.Add($"{preview.GetProperty("would")} {preview.GetProperty("sample")[0].Word("decision")} {preview.GetProperty("sample")[0].GetProperty("reason")}");
        }

        Assert.Equal(["1 send ", "0 skip suppressed"], told);
    }
}
