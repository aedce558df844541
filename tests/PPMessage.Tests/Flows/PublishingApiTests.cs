using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

public sealed class PublishingApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Versions_are_kept_as_they_were_and_any_of_them_is_published_again()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting("第 1"));
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"/api/flows/{id}/start")).Status);
        for (var i = 1; i <= 3; i++)
        {
            await Workspace.DraftAsync(id, Defined.Waiting($"第 {i}"));
            Workspace.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(i, (await Workspace.PublishDraftAsync(id, $"注 {i}")).Json.GetProperty("published").GetProperty("version").GetInt32());
        }

        var versions = await Workspace.ListAsync($"/api/flows/{id}/versions", limit: 2);
        Assert.Equal([3, 2, 1], versions.Select(one => one.GetProperty("version").GetInt32()));
        Assert.Equal(["注 3", "注 2", "注 1"], versions.Select(one => one.Word("note")));
        Assert.Equal([true, false, false], versions.Select(one => one.Flag("published")));
        Assert.False(versions[0].TryGetProperty("definition", out _));
        Assert.True(JsonElement.DeepEquals(Defined.Waiting("第 1"), (await Workspace.GetAsync($"/api/flows/{id}/versions/1")).GetProperty("definition")));
        foreach (var version in new[] { "0", "4", "x", "-1", "99999999999" }) Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/flows/{id}/versions/{version}")).Status);
        Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/flows/{id}/versions?cursor=x")).Status);

        var back = await Workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 1 });
        Assert.Equal((200, "第 1", 1, 3, true, true), (back.Status, back.Text("name"), back.Json.GetProperty("published").GetProperty("version").GetInt32(), back.Json.GetProperty("lastVersion").GetInt32(), back.Json.Flag("started"), back.Json.Flag("hasDraft")));
        Assert.Equal(back.ETag, (await Workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = 1 })).ETag);
        foreach (var version in new object[] { 4, 0, "1", 1.5, 99999999999 }) Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version })).Status);
        Assert.Equal(4, (await Workspace.PublishDraftAsync(id)).Json.GetProperty("published").GetProperty("version").GetInt32());
        Assert.Contains("flow.rolled_back", (await Workspace.ListAsync($"/api/audit?subject={id}")).Select(line => line.Word("action")));
    }

    [Fact]
    public async Task What_has_mistakes_is_not_published_and_what_is_published_is_not_again()
    {
        var id = await Workspace.FlowAsync(Defined.Of("""{"name":"错","trigger":{"on":"api"},"start":"a","steps":{"a":{"type":"send","next":"b"}}}"""));
        var refused = await Workspace.PublishDraftAsync(id);
        Assert.Equal(400, refused.Status);
        foreach (var place in new[] { "steps.a.text", "steps.a.next" }) Assert.True(refused.Json.GetProperty("errors").TryGetProperty(place, out _), refused.Problem);
        Assert.Empty((await Workspace.GetAsync($"/api/flows/{id}/versions")).GetProperty("items").EnumerateArray());
        await Workspace.DraftAsync(id, Defined.Waiting());
        Assert.Equal(200, (await Workspace.PublishDraftAsync(id)).Status);
        var again = await Workspace.PublishDraftAsync(id);
        Assert.Equal(409, again.Status);
        Assert.Contains("nothing to publish", again.Problem, StringComparison.Ordinal);
        Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/publish", new { note = 1 })).Status);
        Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/publish", new { notes = "x" })).Status);
    }

    [Fact]
    public async Task What_a_flow_names_must_be_there()
    {
        var draft = await Workspace.FlowAsync(Defined.Waiting("从未发布"));
        var id = await Workspace.FlowAsync(Defined.Of($$$$"""
            {"name":"引用","trigger":{"on":"message.received","channelKind":"fax","channelId":"ch_01KAP10C3E5G7H9J1K3M5N7P9Q"},"start":"a","steps":{
            "a":{"type":"send","text":"x","channelKind":"pigeon","agentId":"ag_x","next":"b"},
            "b":{"type":"ask","text":"x","channelKind":"owl","next":"c","on":{"timeout":"c"}},
            "c":{"type":"assign","to":"team","teamId":"tm_x","next":"d","on":{"nobody":"d"}},
            "d":{"type":"assign","to":"agent","agentId":"ag_01KAP10C3E5G7H9J1K3M5N7P9Q","next":"e","on":{"nobody":"e"}},
            "e":{"type":"subflow","flowId":"fl_01KAP10C3E5G7H9J1K3M5N7P9Q","next":"f"},
            "f":{"type":"subflow","flowId":"{{{{draft}}}}","next":null}}}
            """));
        var refused = await Workspace.PublishDraftAsync(id);
        Assert.Equal(400, refused.Status);
        Assert.Equal(
            ["steps.a.agentId", "steps.a.channelKind", "steps.b.channelKind", "steps.c.teamId", "steps.d.agentId", "steps.e.flowId", "steps.f.flowId", "trigger.channelId", "trigger.channelKind"],
            refused.Json.GetProperty("errors").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Contains(draft, refused.Json.GetProperty("errors").GetProperty("steps.f.flowId")[0].GetString(), StringComparison.Ordinal);

        var team = (await Workspace.PostAsync("/api/teams", new { name = "流程组" })).Word("id");
        var (agent, _) = await Workspace.HireAsync("liucheng");
        await Workspace.DraftAsync(id, Defined.Of($$$$"""
            {"name":"引用","trigger":{"on":"message.received","channelKind":"email","channelId":"{{{{Workspace.ChannelId}}}}"},"start":"c","steps":{
            "c":{"type":"assign","to":"team","teamId":"{{{{team}}}}","next":"d","on":{"nobody":"d"}},
            "d":{"type":"assign","to":"agent","agentId":"{{{{agent}}}}","next":null,"on":{"nobody":null}} }}
            """));
        var wrongKind = await Workspace.PublishDraftAsync(id);
        Assert.Contains("of the kind sms", Assert.Single(wrongKind.Json.GetProperty("errors").EnumerateObject()).Value[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flow_never_calls_itself_however_long_the_way_is()
    {
        var last = await Workspace.PublishedAsync(Defined.Waiting("环 3"));
        var middle = await Workspace.PublishedAsync(Defined.Calling(last, "环 2"));
        var first = await Workspace.PublishedAsync(Defined.Calling(middle, "环 1"));
        await Workspace.DraftAsync(last, Defined.Calling(first, "环 3"));
        var refused = await Workspace.PublishDraftAsync(last);
        Assert.Equal(400, refused.Status);
        Assert.Contains($"{last} → {first} → {middle} → {last}", refused.Json.GetProperty("errors").GetProperty("steps.call.flowId")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_case_that_fails_keeps_it_back_unless_it_is_forced()
    {
        var id = await Workspace.FlowAsync(Defined.Of("""
            {"name":"自测","trigger":{"on":"api"},"start":"end","steps":{"end":{"type":"end"}},"tests":[{"name":"永远失败","expect":{"state":"failed"}}]}
            """));
        var refused = await Workspace.PublishDraftAsync(id);
        Assert.Equal(422, refused.Status);
        Assert.Contains("永远失败", refused.Problem, StringComparison.Ordinal);
        Assert.Empty((await Workspace.GetAsync($"/api/flows/{id}/versions")).GetProperty("items").EnumerateArray());
        Assert.Equal(200, (await Workspace.PublishDraftAsync(id, force: true)).Status);
    }

    [Fact]
    public async Task The_same_publication_again_is_one()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting("重复"));
        var first = await Workspace.PublishDraftAsync(id, key: "publish-1");
        var again = await Workspace.PublishDraftAsync(id, key: "publish-1");
        Assert.Equal((200, first.ETag), (again.Status, again.ETag));
        Assert.Single((await Workspace.GetAsync($"/api/flows/{id}/versions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Two_who_publish_at_once_lose_and_change_no_version()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await Workspace.FlowAsync(Defined.Waiting($"并发 {round}"));
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => DraftAndPublishAsync(id, $"并发 {round}.{i}")));
            Assert.All(answers, one => Assert.True(one.Status is 200 or 409, one.Json.GetRawText()));
            Assert.Contains(answers, one => one.Status == 200);
            var flow = await Workspace.GetAsync($"/api/flows/{id}");
            var published = flow.GetProperty("published").GetProperty("version").GetInt32();
            var versions = await Workspace.ListAsync($"/api/flows/{id}/versions");
            Assert.Equal(published, Assert.Single(versions, one => one.Flag("published")).GetProperty("version").GetInt32());
            foreach (var answer in answers.Where(one => one.Status == 200))
            {
                var number = answer.Json.GetProperty("published").GetProperty("version").GetInt32();
                Assert.Equal(answer.Text("name"), (await Workspace.GetAsync($"/api/flows/{id}/versions/{number}")).GetProperty("definition").Word("name"));
            }

            Assert.Equal(flow.Word("name"), (await Workspace.GetAsync($"/api/flows/{id}/versions/{published}")).GetProperty("definition").Word("name"));
        }
    }

    [Fact]
    public async Task One_draft_that_many_publish_at_once_is_one_version()
    {
        for (var round = 0; round < 5; round++)
        {
            var id = await Workspace.FlowAsync(Defined.Waiting($"一稿 {round}"));
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Workspace.PublishDraftAsync(id)));
            Assert.Single(answers, one => one.Status == 200);
            foreach (var other in answers.Where(one => one.Status != 200))
            {
                Assert.Equal(409, other.Status);
                Assert.Contains("nothing to publish", other.Problem, StringComparison.Ordinal);
            }

            await Workspace.DraftAsync(id, Defined.Waiting($"二稿 {round}"));
            Assert.Equal(200, (await Workspace.PublishDraftAsync(id)).Status);
            var versions = await Workspace.ListAsync($"/api/flows/{id}/versions");
            Assert.Equal(2, versions.Count);
            var last = versions[0].GetProperty("version").GetInt32();
            foreach (var number in Enumerable.Range(1, last).Except(versions.Select(one => one.GetProperty("version").GetInt32())))
            {
                Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/flows/{id}/versions/{number}")).Status);
                Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/flows/{id}/export?version={number}")).Status);
                Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/flows/{id}/rollback", new { version = number })).Status);
            }
        }
    }

    [Fact]
    public async Task One_request_that_comes_several_times_at_once_is_answered_alike()
    {
        var id = await Workspace.FlowAsync(Defined.Waiting("同一请求"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Workspace.PublishDraftAsync(id, key: "publish-at-once")));
        Assert.Contains(answers, one => one.Status == 200);
        Assert.All(answers.Where(one => one.Status != 200), one => Assert.Contains("still running", one.Problem, StringComparison.Ordinal));
        Assert.Single(await Workspace.ListAsync($"/api/flows/{id}/versions"));
    }

    private async Task<Called> DraftAndPublishAsync(string id, string name)
    {
        await Workspace.DraftAsync(id, Defined.Waiting(name));
        return await Workspace.PublishDraftAsync(id);
    }
}
