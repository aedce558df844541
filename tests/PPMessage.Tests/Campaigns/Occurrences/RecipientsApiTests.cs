using System.Text;
using PPMessage.Contacts;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Occurrences;

public sealed class RecipientsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Recipients_come_in_pages_each_once_and_by_state_and_reason()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 30);
        foreach (var contact in scene.Contacts.Take(4)) Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { phones = Array.Empty<string>() })).Status);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        var path = $"/api/campaign-runs/{run}/recipients";
        foreach (var limit in new[] { 1, 7, 200 })
            Assert.Equal(scene.Contacts.Order(StringComparer.Ordinal), (await Workspace.ListAsync(path, limit)).Select(one => one.Word("contactId")).Order(StringComparer.Ordinal));
        Assert.Equal(scene.Contacts.Take(4).Order(StringComparer.Ordinal), (await Workspace.ListAsync($"{path}?state=skipped", 3)).Select(one => one.Word("contactId")).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await Workspace.ListAsync($"{path}?reason=no_address", 3)).Count);
        Assert.Empty(await Workspace.ListAsync($"{path}?state=sent&reason=no_address"));
        Assert.Empty(await Workspace.ListAsync($"{path}?reason=%E6%B2%A1%E6%9C%89"));
        Assert.Empty(await Workspace.ListAsync($"{path}?state=clicked"));
        var one = (await Workspace.ListAsync(path)).First(recipient => recipient.Word("contactId") == scene.Contacts[9]);
        Assert.Equal(("sms", "msg_", "cv_"), (one.Word("channelKind"), one.Word("messageId")[..4], one.Word("conversationId")[..3]));
    }

    [Fact]
    public async Task What_no_list_gave_is_no_cursor()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 1);
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        var (contact, bucket) = (scene.Contacts[0], ContactKeys.BucketOf(scene.Contacts[0])!);
        var other = ContactKeys.AllBuckets().First(one => one != bucket);
        foreach (var cursor in new[] { "x", ".", "99.", "%E4%BD%A0.", $"{other}.{contact}", $"{bucket}.{contact}.x", $"{bucket}.{contact}%7D", $"{bucket}.ct_", $"{bucket}%00.{contact}", contact, $"{bucket}.l%7C" })
            Assert.True((await Workspace.CallAsync("GET", $"/api/campaign-runs/{run}/recipients?cursor={cursor}")).Status == 400, cursor);
        foreach (var query in new[] { "?state=lost", "?state=SENT", "?limit=-1", "?limit=x", "?nonsense=1" })
            Assert.True((await Workspace.CallAsync("GET", $"/api/campaign-runs/{run}/recipients{query}")).Status == 400, query);
        Assert.Equal(200, (await Workspace.CallAsync("GET", $"/api/campaign-runs/{run}/recipients?cursor={bucket}.{contact}")).Status);
    }

    [Fact]
    public async Task The_table_has_everybody_and_no_formula()
    {
        var scene = await CampaignScene.MakeAsync(Workspace, 3);
        await NameAsync(scene.Contacts[0], "=HYPERLINK(\"http://evil\",\"x\")");
        await NameAsync(scene.Contacts[1], "李,\"伟\" 🎉");
        await NameAsync(scene.Contacts[2], "@SUM(1)");
        var run = await scene.StartAsync(await scene.CampaignAsync());
        await scene.FinishAsync(run);
        await Workspace.TwilioTellsAsync();
        using var answer = await Workspace.Client.GetAsync($"/api/campaign-runs/{run}/recipients/export");
        Assert.Equal(("text/csv", "utf-8", "nosniff"), (answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentType.CharSet, Assert.Single(answer.Headers.GetValues("X-Content-Type-Options"))));
        Assert.StartsWith("recipients-", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("contactId,name,state,reason,detail,variant,channelKind,messageId,at,until,words", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, line => line.StartsWith($"{scene.Contacts[0]},\"'=HYPERLINK", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{scene.Contacts[1]},\"李,\"\"伟\"\" 🎉\",delivered,", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{scene.Contacts[2]},'@SUM(1),", StringComparison.Ordinal));
        Assert.Contains(await Workspace.ListAsync($"/api/audit?subject={run}"), line => line.Word("action") == "campaign_run.exported");
        var (_, agent) = await Workspace.HireAsync($"leser{Guid.NewGuid():N}"[..12]);
        Assert.Equal(403, (await agent.CallAsync("GET", $"/api/campaign-runs/{run}/recipients/export")).Status);
        Assert.Equal(200, (await agent.CallAsync("GET", $"/api/campaign-runs/{run}/recipients")).Status);
    }

    private async Task NameAsync(string contact, string name) => Assert.Equal(200, (await Workspace.CallAsync("PATCH", $"/api/contacts/{contact}", new { name })).Status);
}
