using System.Text;
using System.Text.Json;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

public sealed class FlowsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private const string Sms = "fl_00000000000000000000000001";

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_flow_is_made_shown_published_stopped_and_deleted_and_the_log_tells()
    {
        var made = await Workspace.CallAsync("POST", "/api/flows", new { definition = Defined.Waiting("一生") });
        Assert.Equal((201, $"/api/flows/{made.Id}", "\"1\"", "一生", true, false), (made.Status, made.Location!.OriginalString, made.ETag, made.Text("name"), made.Json.Flag("hasDraft"), made.Json.Flag("started")));
        Assert.Equal("{}", made.Json.GetProperty("mistakes").GetRawText());
        var shown = await Workspace.CallAsync("GET", $"/api/flows/{made.Id}");
        Assert.Equal((200, "\"1\"", JsonValueKind.Null, JsonValueKind.Null), (shown.Status, shown.ETag, shown.Json.GetProperty("published").ValueKind, shown.Json.GetProperty("trigger").ValueKind));

        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        var published = await Workspace.PublishDraftAsync(made.Id, "第一版");
        Assert.Equal((200, "\"2\"", true, false), (published.Status, published.ETag, published.Json.Flag("started"), published.Json.Flag("hasDraft")));
        Assert.Equal((1, "api"), (published.Json.GetProperty("published").GetProperty("version").GetInt32(), published.Json.GetProperty("trigger").Word("on")));
        var refused = await Workspace.CallAsync("DELETE", $"/api/flows/{made.Id}");
        Assert.Equal(409, refused.Status);
        Assert.Contains("stop it first", refused.Problem, StringComparison.Ordinal);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await Workspace.CallAsync("POST", $"/api/flows/{made.Id}/stop")).Status);
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(412, (await Workspace.CallAsync("DELETE", $"/api/flows/{made.Id}", ifMatch: "\"1\"")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/flows/{made.Id}", ifMatch: "\"3\"")).Status);
        Assert.Equal(404, (await Workspace.CallAsync("GET", $"/api/flows/{made.Id}")).Status);

        var lines = (await Workspace.ListAsync($"/api/audit?subject={made.Id}")).Reverse().ToList();
        Assert.Equal(["flow.created", "flow.published", "flow.stopped", "flow.deleted"], lines.Select(line => line.Word("action")));
        Assert.Equal(1, lines[1].GetProperty("changes").GetProperty("published").GetProperty("after").GetInt32());
    }

    [Fact]
    public async Task A_name_alone_makes_an_empty_draft()
    {
        var made = await Workspace.CallAsync("POST", "/api/flows", new { name = "空的" });
        Assert.Equal((201, "空的"), (made.Status, made.Text("name")));
        Assert.True(made.Json.GetProperty("mistakes").TryGetProperty("steps", out _));
        var draft = await Workspace.CallAsync("GET", $"/api/flows/{made.Id}/draft");
        Assert.Equal("空的", draft.Json.GetProperty("definition").Word("name"));
        Assert.Equal(400, (await Workspace.PublishDraftAsync(made.Id)).Status);
    }

    [Fact]
    public async Task Built_in_flows_are_listed_first_and_lists_come_by_the_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await Workspace.PublishedAsync(Defined.Waiting($"页 {i}")));
        var all = await Workspace.ListAsync("/api/flows", limit: 3);
        Assert.Equal(Sms, all[0].Word("id"));
        Assert.Equal((true, true, "sms"), (all[0].Flag("builtIn"), all[0].Flag("started"), all[0].GetProperty("trigger").Word("channelKind")));
        Assert.Empty(ids.Except(all.Select(one => one.Word("id"))));
        Assert.Equal(all.Select(one => one.Word("id")).Distinct().Order(StringComparer.Ordinal), all.Select(one => one.Word("id")));
        Assert.All(await Workspace.ListAsync("/api/flows?trigger=api"), one => Assert.Equal("api", one.GetProperty("trigger").Word("on")));
        foreach (var query in new[] { "trigger=never", "cursor=x", "limit=0" }) Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/flows?{query}")).Status);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"definition":[]}""", "definition")]
    [InlineData("""{"definition":{"name":"x"},"name":"y"}""", "name")]
    [InlineData("""{"definition":{"name":"x"},"more":1}""", "more")]
    [InlineData("""{"definition":{}}""", "definition.name")]
    [InlineData("""{"definition":{"name":7,"steps":{}}}""", "definition.name")]
    [InlineData("""{"definition":{"name":"\ud800"}}""", "definition.name")]
    [InlineData("""{"definition":{"steps":{"a":["\udc00"]}}}""", "definition.steps.a[0]")]
    [InlineData("""{"definition":{"steps":{"a":{"variables":{"n":1e400}}}}}""", "definition.steps.a.variables.n")]
    [InlineData("""{"definition":{"steps":{"\ud800":1}}}""", "$")]
    [InlineData("""{"definition":{"steps":[{"\ud800":1}]}}""", "$")]
    [InlineData("""{"definition":{"a":1,"a":2}}""", "$")]
    public async Task A_mistake_is_named(string json, string place)
    {
        var refused = await SendAsync("POST", "/api/flows", json);
        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(place, out _), refused.Problem);
    }

    [Fact]
    public async Task The_same_request_again_makes_no_second_one()
    {
        var body = new { definition = Defined.Waiting("只有一个") };
        var first = await Workspace.CallAsync("POST", "/api/flows", body, key: "flow-1");
        var again = await Workspace.CallAsync("POST", "/api/flows", body, key: "flow-1");
        Assert.Equal((201, first.Id), (again.Status, again.Id));
        Assert.Single(await Workspace.ListAsync("/api/flows"), one => one.Word("name") == "只有一个");
        Assert.Equal(422, (await Workspace.CallAsync("POST", "/api/flows", new { name = "别的" }, key: "flow-1")).Status);
    }

    [Fact]
    public async Task Only_admins_may()
    {
        var (_, agent) = await Workspace.HireAsync("Curious");
        foreach (var path in new[] { "/api/flows", $"/api/flows/{Sms}", $"/api/flows/{Sms}/runs", $"/api/flows/{Sms}/draft", $"/api/flows/{Sms}/versions", $"/api/flows/{Sms}/versions/1", $"/api/flows/{Sms}/export", $"/api/flows/{Sms}/stats", "/api/runs/run_x" }) Assert.Equal(403, (await agent.CallAsync("GET", path)).Status);
        Assert.Equal(403, (await agent.CallAsync("POST", "/api/flows", new { name = "x" })).Status);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/draft")]
    [InlineData("PUT", "/draft")]
    [InlineData("POST", "/validate")]
    [InlineData("POST", "/publish")]
    [InlineData("POST", "/rollback", """{"version":1}""")]
    [InlineData("POST", "/start")]
    [InlineData("POST", "/stop")]
    [InlineData("GET", "/versions")]
    [InlineData("GET", "/versions/1")]
    [InlineData("GET", "/export")]
    [InlineData("GET", "/stats")]
    [InlineData("GET", "/runs")]
    [InlineData("POST", "/runs", """{"contactId":"ct_x"}""")]
    public async Task What_is_not_there_is_not_found(string method, string path, string body = "{}")
    {
        foreach (var id in new[] { "fl_01KAP10C3E5G7H9J1K3M5N7P9Q", "没有", "ag_01KAP10C3E5G7H9J1K3M5N7P9Q", "fl_01kap10c3e5g7h9j1k3m5n7p9q", "slot|message.received|sms", "run_01KAP10C3E5G7H9J1K3M5N7P9Q" })
            Assert.Equal(404, (await SendAsync(method, $"/api/flows/{Uri.EscapeDataString(id)}{path}", method == "GET" ? null : body)).Status);
    }

    [Fact]
    public async Task A_flow_that_another_one_calls_is_not_deleted()
    {
        var called = await Workspace.PublishedAsync(Defined.Waiting("被调用"));
        var caller = await Workspace.PublishedAsync(Defined.Calling(called));
        await Workspace.CallAsync("POST", $"/api/flows/{called}/stop");
        var refused = await Workspace.CallAsync("DELETE", $"/api/flows/{called}");
        Assert.Equal(409, refused.Status);
        Assert.Contains(caller, refused.Problem, StringComparison.Ordinal);
        await Workspace.CallAsync("POST", $"/api/flows/{caller}/stop");
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/flows/{caller}")).Status);
        Assert.Equal(204, (await Workspace.CallAsync("DELETE", $"/api/flows/{called}")).Status);
    }

    [Fact]
    public async Task A_built_in_flow_is_copied_not_changed()
    {
        foreach (var (method, path) in new[] { ("DELETE", string.Empty), ("PUT", "/draft"), ("GET", "/draft"), ("POST", "/publish") })
            Assert.Equal(409, (await SendAsync(method, $"/api/flows/{Sms}{path}", method == "GET" ? null : "{}")).Status);
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"/api/flows/{Sms}/rollback", new { version = 1 })).Status);
        Assert.Single((await Workspace.GetAsync($"/api/flows/{Sms}/versions")).GetProperty("items").EnumerateArray());
        var file = await Workspace.GetAsync($"/api/flows/{Sms}/export");
        Assert.Equal(("ppmessage-flow", 1), (file.Word("format"), file.GetProperty("formatVersion").GetInt32()));
        var copy = await Workspace.CallAsync("POST", "/api/flows/import", file);
        Assert.Equal((201, file.GetProperty("definition").Word("name"), false, "{}"), (copy.Status, copy.Text("name"), copy.Json.Flag("builtIn"), copy.Json.GetProperty("mistakes").GetRawText()));
    }

    [Fact]
    public async Task A_flow_goes_out_as_a_file_and_comes_in_again()
    {
        var id = await Workspace.PublishedAsync(Defined.Waiting("出口 1"));
        await Workspace.DraftAsync(id, Defined.Waiting("出口 2"));
        using var answer = await Workspace.Client.GetAsync($"/api/flows/{id}/export");
        Assert.Equal($"{id}.json", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("出口 1", Defined.Of(await answer.Content.ReadAsStringAsync()).GetProperty("definition").Word("name"));
        Assert.Equal("出口 1", (await Workspace.GetAsync($"/api/flows/{id}/export?version=1")).GetProperty("definition").Word("name"));
        Assert.Equal("出口 2", (await Workspace.GetAsync($"/api/flows/{id}/export?draft=true")).GetProperty("definition").Word("name"));
        foreach (var (query, status) in new[] { ("version=2", 404), ("version=x", 400), ("draft=x", 400), ("draft=true&version=1", 400) })
            Assert.Equal(status, (await Workspace.CallAsync("GET", $"/api/flows/{id}/export?{query}")).Status);
        Assert.Equal(409, (await Workspace.CallAsync("GET", $"/api/flows/{await Workspace.FlowAsync(Defined.Waiting())}/export")).Status);

        Assert.Equal("出口 3", (await Workspace.CallAsync("POST", "/api/flows/import", Defined.Waiting("出口 3"))).Text("name"));
        var odd = await Workspace.CallAsync("POST", "/api/flows/import", new { name = "半成品", steps = "none" });
        Assert.Equal((201, "半成品"), (odd.Status, odd.Text("name")));
        Assert.True(odd.Json.GetProperty("mistakes").TryGetProperty("steps", out _));
    }

    [Theory]
    [InlineData("[]", "$")]
    [InlineData("{}", "name")]
    [InlineData("{}", "definition")]
    [InlineData("""{"name":"x"}""", "definition")]
    [InlineData("""{"steps":{}}""", "name")]
    [InlineData("""{"name":5,"steps":{}}""", "name")]
    [InlineData("""{"name":"  ","steps":{}}""", "name")]
    [InlineData("""{"definition":{"name":"x","steps":{}}}""", "format")]
    [InlineData("""{"format":"ppmessage-flow","formatVersion":1,"definition":{}}""", "definition.name")]
    [InlineData("""{"format":"other","formatVersion":1,"definition":{}}""", "format")]
    [InlineData("""{"format":"ppmessage-flow","formatVersion":2,"definition":{}}""", "formatVersion")]
    [InlineData("""{"format":"ppmessage-flow","formatVersion":1}""", "definition")]
    [InlineData("""{"format":"ppmessage-flow","formatVersion":1,"definition":{},"more":1}""", "more")]
    public async Task A_file_of_another_form_is_refused(string json, string place)
    {
        var refused = await SendAsync("POST", "/api/flows/import", json);
        Assert.Equal(400, refused.Status);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(place, out _), refused.Problem);
    }

    private async Task<Called> SendAsync(string method, string path, string? json)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        using var answer = await Workspace.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new Called((int)answer.StatusCode, text.Length == 0 ? default : Defined.Of(text), answer.Headers.ETag?.ToString(), answer.Headers.Location);
    }
}
