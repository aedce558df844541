using System.Net;
using System.Text;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Campaigns.Definitions;

public sealed class CampaignsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Path = "/api/campaigns";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_campaign_is_made_shown_changed_and_deleted_and_the_log_tells()
    {
        var made = await Workspace.CallAsync("POST", Path, Body("新品 🎉"));
        Assert.Equal((201, "\"1\"", $"{Path}/{made.Id}", "draft", "新品 🎉"), (made.Status, made.ETag, made.Location!.OriginalString, made.Text("status"), made.Text("name")));
        var shown = await Workspace.CallAsync("GET", $"{Path}/{made.Id}");
        Assert.Equal((made.Json.GetRawText(), "\"1\""), (shown.Json.GetRawText(), shown.ETag));
        Assert.Contains(await Workspace.ListAsync(Path), one => one.Word("id") == made.Id);

        var changed = await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { rules = new { priority = 7 } }, ifMatch: "\"1\"");
        Assert.Equal((200, "\"2\"", 7), (changed.Status, changed.ETag, changed.Json.GetProperty("rules").GetProperty("priority").GetInt32()));
        Assert.Equal((200, "\"2\""), await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { rules = new { priority = 7 } }) is var same ? (same.Status, same.ETag) : default);
        Assert.Equal(412, (await Workspace.CallAsync("PATCH", $"{Path}/{made.Id}", new { name = "x" }, ifMatch: "\"1\"")).Status);
        Assert.Equal(412, (await Workspace.CallAsync("DELETE", $"{Path}/{made.Id}", ifMatch: "\"1\"")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"{Path}/{made.Id}", ifMatch: "\"2\"")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("DELETE", $"{Path}/{made.Id}")).Status);
        var lines = (await Workspace.ListAsync($"/api/audit?subject={made.Id}")).Select(line => line.Word("action")).Order(StringComparer.Ordinal);
        Assert.Equal(["campaign.changed", "campaign.created", "campaign.deleted"], lines);
    }

    [Fact]
    public async Task The_same_key_makes_one_and_another_body_under_it_is_refused()
    {
        var key = Guid.NewGuid().ToString();
        var first = await Workspace.CallAsync("POST", Path, Body("一次"), key: key);
        var second = await Workspace.CallAsync("POST", Path, Body("一次"), key: key);
        Assert.Equal((201, first.Id), (second.Status, second.Id));
        Assert.Equal(422, (await Workspace.CallAsync("POST", Path, Body("两次"), key: key)).Status);
        Assert.Single(await Workspace.ListAsync(Path), one => one.Word("name") == "一次");
    }

    [Fact]
    public async Task Agents_read_and_admins_change()
    {
        var id = (await Workspace.CallAsync("POST", Path, Body("谁"))).Id;
        var (_, agent) = await Workspace.HireAsync($"agent{Guid.NewGuid():N}"[..12]);
        foreach (var read in new[] { Path, $"{Path}/{id}", $"{Path}/{id}/runs", $"{Path}/{id}/stats" }) Assert.Equal(200, (await agent.CallAsync("GET", read)).Status);
        Assert.Equal(403, (await agent.CallAsync("POST", Path, Body("x"))).Status);
        Assert.Equal(403, (await agent.CallAsync("PATCH", $"{Path}/{id}", new { name = "x" })).Status);
        Assert.Equal(403, (await agent.CallAsync("DELETE", $"{Path}/{id}")).Status);
        foreach (var word in new[] { "preview", "start", "pause", "resume", "cancel" }) Assert.Equal(403, (await agent.CallAsync("POST", $"{Path}/{id}/{word}", new { })).Status);
        foreach (var word in new[] { "pause", "resume", "cancel", "retry-failed" }) Assert.Equal(403, (await agent.CallAsync("POST", $"/api/campaign-runs/cr_x/{word}")).Status);
        Assert.Equal(401, (await Workspace.As("nobody").CallAsync("GET", Path)).Status);
    }

    [Theory]
    [InlineData("cp_none")]
    [InlineData("cp_00000000000000000000000009")]
    [InlineData("%E4%BD%A0%E5%A5%BD")]
    [InlineData("..%2Fcampaign")]
    [InlineData("cp_0000000000000000000000000%7C")]
    public async Task What_there_is_not_is_not_found(string id)
    {
        foreach (var path in new[] { "", "/runs", "/stats" }) Assert.Equal(404, (await Workspace.CallAsync("GET", $"{Path}/{id}{path}")).Status);
        foreach (var word in new[] { "preview", "start", "pause", "resume", "cancel" }) Assert.Equal(404, (await Workspace.CallAsync("POST", $"{Path}/{id}/{word}", new { })).Status);
        Assert.Equal(404, (await Workspace.CallAsync("PATCH", $"{Path}/{id}", new { name = "x" })).Status);
        Assert.Equal(404, (await Workspace.CallAsync("DELETE", $"{Path}/{id}")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\":\"x\",\"segmentId\":\"sg_none\",\"schedule\":{\"every\":\"once\"},\"channels\":[\"sms\"],\"content\":{\"sms\":{\"text\":\"x\"}}}")]
    [InlineData("{\"name\":\"x\",\"segmentId\":\"active\",\"schedule\":{\"every\":\"once\"},\"channels\":[\"sms\"],\"content\":{\"sms\":{\"text\":\"x\"},\"\\ud800\":{}}}")]
    [InlineData("{\"name\":\"x\",\"segmentId\":\"active\",\"schedule\":{\"every\":\"once\"},\"channels\":[\"\\ud800\"],\"content\":{\"sms\":{\"text\":\"x\"}}}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task What_is_no_campaign_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Workspace.Client.PostAsync(Path, content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_too_much_is_refused()
    {
        using var huge = new StringContent($$"""{"name":"{{new string('x', 2_000_000)}}"}""", Encoding.UTF8, "application/json");
        using var answer = await Workspace.Client.PostAsync(Path, huge);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await Workspace.OpenMailboxAsync();
        object Variant(int i) => new { name = $"v{i}", content = new { email = new { subject = "x", text = "x", html = new string('x', 100_000) } } };
        var heavy = await Workspace.CallAsync("POST", Path, new { name = "重", segmentId = "active", schedule = new { every = "once" }, channels = new[] { "email" }, abTest = new { variants = Enumerable.Range(0, 9).Select(Variant) } });
        Assert.Equal(400, heavy.Status);
        Assert.Contains("KiB", heavy.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_must_be_published_and_be_one_that_a_campaign_starts()
    {
        object Of(string flow) => new { name = "流程", segmentId = "active", schedule = new { every = "once" }, flow = new { flowId = flow } };
        var draft = await Workspace.FlowAsync(Defined.Waiting("草稿"));
        var hearing = await Workspace.PublishedAsync(Defined.Saying("您好"), replace: true);
        foreach (var (flow, why) in new[] { (draft, "never published"), ("fl_none", "no such flow"), (hearing, "message.received") })
        {
            var refused = await Workspace.CallAsync("POST", Path, Of(flow));
            Assert.Equal(400, refused.Status);
            Assert.Contains("flow.flowId", refused.Problem, StringComparison.Ordinal);
            Assert.Contains(why, refused.Problem, StringComparison.Ordinal);
        }

        Assert.Equal(201, (await Workspace.CallAsync("POST", Path, Of(await Workspace.PublishedAsync(Defined.Waiting("等"))))).Status);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?cursor=x")]
    [InlineData("?cursor=cp_%7C")]
    [InlineData("?status=draft")]
    public async Task A_list_asked_for_wrongly_is_refused(string query) => Assert.Equal(400, (await Workspace.CallAsync("GET", Path + query)).Status);

    [Fact]
    public async Task A_segment_that_a_campaign_is_for_stays()
    {
        var segment = (await Workspace.CallAsync("POST", "/api/segments", new { name = "贵宾", filter = new { field = "contact.tags", op = "contains", value = "vip" } })).Id;
        var campaign = await Workspace.CallAsync("POST", Path, Body("贵宾活动", segment));
        var refused = await Workspace.CallAsync("DELETE", $"/api/segments/{segment}");
        Assert.Equal(409, refused.Status);
        Assert.Contains("贵宾活动", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"{Path}/{campaign.Id}")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/segments/{segment}")).Status);
    }

    private static object Body(string name, string segment = "active") =>
        new { name, segmentId = segment, schedule = new { every = "once" }, channels = new[] { "sms" }, content = new { sms = new { text = "八折" } } };
}
