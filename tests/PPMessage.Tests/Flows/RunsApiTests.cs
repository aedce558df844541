using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

public sealed class RunsApiTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task A_run_is_started_by_hand_and_tells_all_that_it_did()
    {
        var flow = await Workspace.PublishedAsync(Defined.Of("""
            {"name":"手动","trigger":{"on":"api"},"start":"hello","variables":{"order":"?"},"steps":{
            "hello":{"type":"send","text":"订单 {{ vars.order }}","next":"ask"},
            "ask":{"type":"ask","text":"满意吗？","into":"mood","next":"end","on":{"timeout":null}},
            "end":{"type":"end","value":"{{ vars.mood }}"}}}
            """));
        var (contact, phone) = await ContactAsync();
        var run = await StartAsync(flow, contact, new { order = "A-1" });
        Assert.Equal((201, $"/api/runs/{run.Id}", "waiting", "ask", flow, "手动", "api"), (run.Status, run.Location!.OriginalString, run.Text("state"), run.Text("step"), run.Text("flowId"), run.Text("flowName"), run.Text("trigger")));
        Assert.Equal(("reply", "A-1", contact), (run.Json.GetProperty("wait").Word("kind"), run.Json.GetProperty("variables").Word("order"), run.Text("contactId")));
        await Workspace.TwilioTellsAsync();
        Assert.Equal(["订单 A-1", "满意吗？"], Workspace.Got(phone));
        Workspace.Time.Advance(TimeSpan.FromSeconds(1));
        await Workspace.OpenAsync(phone, "很好");

        var over = await Workspace.GetAsync($"/api/runs/{run.Id}");
        Assert.Equal(("completed", "completed", "很好", JsonValueKind.Null), (over.Word("state"), over.Word("reason"), over.Word("value"), over.GetProperty("wait").ValueKind));
        var steps = over.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["hello sent ask", "ask  ", "ask answered end", "end  "], steps.Select(step => $"{step.Word("step")} {step.Word("outcome")} {step.Word("next")}"));
        Assert.Equal("订单 A-1", steps[0].GetProperty("texts")[0].GetString());
        var messages = await Workspace.MessagesAsync(over.Word("conversationId"));
        Assert.Contains(messages, message => message.Word("id") == steps[0].GetProperty("messageIds")[0].GetString());
        Assert.Equal(run.Id, Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs?state=completed")).Word("id"));
    }

    [Fact]
    public async Task A_run_starts_once_however_often_it_is_asked_for()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var (contactId, _) = await ContactAsync();
        var first = await Workspace.CallAsync("POST", $"/api/flows/{flow}/runs", new { contactId }, key: "run-1");
        var again = await Workspace.CallAsync("POST", $"/api/flows/{flow}/runs", new { contactId }, key: "run-1");
        Assert.Equal((201, first.Id), (again.Status, again.Id));
        Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs"));
    }

    [Theory]
    [InlineData("{}", "contactId")]
    [InlineData("""{"contactId":"ct_x"}""", "contactId")]
    [InlineData("""{"contactId":"ct_x","channelKind":"fax"}""", "channelKind")]
    [InlineData("""{"contactId":"ct_x","variables":[]}""", "variables")]
    [InlineData("""{"contactId":"ct_x","variables":{"a b":1}}""", "variables.a b")]
    [InlineData("""{"contactId":"ct_x","variables":{"a":["\ud800"]}}""", "variables.a[0]")]
    [InlineData("""{"contactId":"ct_x","variables":{"a":{"b":[1,-1e400]}}}""", "variables.a.b[1]")]
    [InlineData("""{"contactId":"ct_x","more":1}""", "more")]
    public async Task A_mistake_is_named(string json, string place)
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Workspace.Client.PostAsync($"/api/flows/{flow}/runs", content);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.True(Defined.Of(await answer.Content.ReadAsStringAsync()).GetProperty("errors").TryGetProperty(place, out _));
    }

    [Fact]
    public async Task What_was_never_published_does_not_run()
    {
        var (contact, _) = await ContactAsync();
        Assert.Equal(409, (await StartAsync(await Workspace.FlowAsync(Defined.Waiting()), contact)).Status);
        var stopped = await Workspace.PublishedAsync(Defined.Waiting());
        await Workspace.CallAsync("POST", $"/api/flows/{stopped}/stop");
        Assert.Equal(201, (await StartAsync(stopped, contact)).Status);
    }

    [Fact]
    public async Task Runs_are_cancelled_once_and_a_flow_that_is_gone_leaves_them()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var (contact, _) = await ContactAsync();
        var (one, other) = (await StartAsync(flow, contact), await StartAsync(flow, contact));
        var cancelled = await Workspace.CallAsync("POST", $"/api/runs/{one.Id}/cancel");
        Assert.Equal((200, "ended", "cancelled"), (cancelled.Status, cancelled.Text("state"), cancelled.Text("reason")));
        var again = await Workspace.CallAsync("POST", $"/api/runs/{one.Id}/cancel");
        Assert.Equal(409, again.Status);
        Assert.Contains("ended already (cancelled)", again.Problem, StringComparison.Ordinal);
        Assert.Equal(one.Id, Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs?state=ended")).Word("id"));
        Assert.Contains(await Workspace.ListAsync($"/api/audit?subject={one.Id}"), line => line.Word("action") == "run.cancelled");

        await Workspace.CallAsync("POST", $"/api/flows/{flow}/stop");
        await Workspace.CallAsync("DELETE", $"/api/flows/{flow}");
        var left = await Workspace.GetAsync($"/api/runs/{other.Id}");
        Assert.Equal(("waiting", JsonValueKind.Null), (left.Word("state"), left.GetProperty("flowName").ValueKind));
    }

    [Fact]
    public async Task Only_failed_runs_are_retried_and_only_live_ones_moved()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting("一"));
        var (contact, _) = await ContactAsync();
        var run = await StartAsync(flow, contact);
        var refused = await Workspace.CallAsync("POST", $"/api/runs/{run.Id}/retry");
        Assert.Equal(409, refused.Status);
        Assert.Contains("is waiting", refused.Problem, StringComparison.Ordinal);
        foreach (var version in new object[] { 2, 0, "1" }) Assert.Equal(400, (await Workspace.CallAsync("POST", $"/api/runs/{run.Id}/migrate", new { version })).Status);
        await Workspace.CallAsync("POST", $"/api/runs/{run.Id}/cancel");
        Assert.Equal(409, (await Workspace.CallAsync("POST", $"/api/runs/{run.Id}/migrate", new { version = 1 })).Status);
    }

    [Fact]
    public async Task A_failed_run_says_why_and_is_found()
    {
        var flow = await Workspace.PublishedAsync(Defined.Failing());
        var (contact, phone) = await ContactAsync();
        await Workspace.OpenAsync(phone);
        var run = await StartAsync(flow, contact);
        Assert.Equal((201, "failed", "failed", "note"), (run.Status, run.Text("state"), run.Text("reason"), run.Text("step")));
        Assert.Contains("empty", run.Text("error"), StringComparison.Ordinal);
        Assert.Equal("note", Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs?state=failed")).Word("step"));
    }

    [Fact]
    public async Task A_mistyped_filter_lists_nothing()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var refused = await Workspace.CallAsync("GET", $"/api/flows/{flow}/runs?stat=failed");
        Assert.Equal(400, refused.Status);
        Assert.Contains("\"stat\":[\"is not known; it may be state, limit, cursor\"]", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_request_finds_its_run_though_that_was_the_last_that_could_start()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var (contact, phone) = await ContactAsync();
        await Workspace.OpenAsync(phone);
        var (starter, definition) = (Workspace.Services.GetRequiredService<RunStarter>(), await Workspace.Services.GetRequiredService<FlowLibrary>().PublishedAsync(flow, default));
        var person = (await Workspace.Services.GetRequiredService<ContactStore>().FindAsync(contact, default))!.Value.Contact;
        for (var i = 1; i < FlowEngine.MostLive; i++) Assert.NotNull((await StartAsync(Ids.NewUlid(Workspace.Time.GetUtcNow()))).RunId);
        var last = Ids.NewUlid(Workspace.Time.GetUtcNow());
        var started = await StartAsync(last);
        Assert.Null(started.Refusal);
        // Its answer was lost.
        Assert.Equal(started, await StartAsync(last));
        Assert.Contains("50 runs are under way", (await StartAsync(Ids.NewUlid(Workspace.Time.GetUtcNow()))).Refusal, StringComparison.Ordinal);

        Task<(string? RunId, string? Refusal)> StartAsync(string ulid) => starter.StartAsync(definition!, person, TriggerWord.Api, null, new Dictionary<string, JsonElement>(), ulid, default);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/retry")]
    [InlineData("POST", "/migrate")]
    public async Task What_is_not_there_is_not_found(string method, string path)
    {
        foreach (var id in new[] { "run_01KAP10C3E5G7H9J1K3M5N7P9Q01KAP10C3E5G7H9J1K3M5N7P9Q", "run_x", "没有", "fl_00000000000000000000000001" })
            Assert.Equal(404, (await Workspace.CallAsync(method, $"/api/runs/{Uri.EscapeDataString(id)}{path}", path == "/migrate" ? new { version = 1 } : null)).Status);
    }

    private Task<Called> StartAsync(string flow, string contactId, object? variables = null) => Workspace.CallAsync("POST", $"/api/flows/{flow}/runs", new { contactId, variables });

    private async Task<(string Id, string Phone)> ContactAsync()
    {
        var phone = Workspaces.Calls.NewPhone();
        return ((await Workspace.PostAsync("/api/contacts", new { name = "李薇", phones = new[] { phone } })).Word("id"), phone);
    }
}
