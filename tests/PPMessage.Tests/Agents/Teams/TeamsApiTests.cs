using System.Text.Json;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents.Teams;

public sealed class TeamsApiTests : IAsyncLifetime
{
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_team_and_its_members_say_the_same_whichever_of_them_was_changed()
    {
        var (a, b) = (await HireAsync("王芳"), await HireAsync("李伟"));
        var team = await TeamAsync($$"""{"name":"售后","members":["{{a}}"],"assignment":{"method":"in_turn","capacity":5} }""");
        Assert.Equal([a], Texts(team.Json, "members"));
        Assert.Equal([team["id"]!], Texts(await AgentAsync(a), "teams"));

        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/agents/{b}", $$"""{"teams":["{{team["id"]}}"]}""")).Status);
        var shown = await _app.Admin.AskAsync($"/api/teams/{team["id"]}");
        Assert.Equal(new[] { a, b }.Order(StringComparer.Ordinal), Texts(shown.Json, "members").Order(StringComparer.Ordinal));
        Assert.Equal("\"2\"", shown.ETag);

        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", $$"""{"members":["{{b}}"]}""", shown.ETag)).Status);
        Assert.Empty(Texts(await AgentAsync(a), "teams"));
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/agents/{b}")).Status);
        Assert.Empty(Texts((await _app.Admin.AskAsync($"/api/teams/{team["id"]}")).Json, "members"));
    }

    [Fact]
    public async Task A_change_by_way_of_an_agent_makes_the_teams_etag_stale_and_the_other_way_round()
    {
        var a = await HireAsync("A");
        var team = await TeamAsync("""{"name":"T"}""");
        var agent = await _app.Admin.PatchAsync($"/api/agents/{a}", $$"""{"teams":["{{team["id"]}}"]}""");
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"members":[]}""", team.ETag), 412);
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"members":[]}""")).Status);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/agents/{a}", """{"teams":[]}""", agent.ETag), 412);
    }

    [Fact]
    public async Task A_deleted_team_leaves_no_trace_with_its_members()
    {
        var members = new List<string>();
        for (var i = 0; i < 95; i++) members.Add(await HireAsync($"A{i}"));
        var team = await TeamAsync($$"""{"name":"大队","members":{{JsonSerializer.Serialize(members[..60])}} }""");
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", $$"""{"members":{{JsonSerializer.Serialize(members)}} }""")).Status);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/teams/{team["id"]}", """{"members":[]}"""), 422);
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/teams/{team["id"]}")).Status);
        BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/teams/{team["id"]}"), 404);
        Assert.Empty(Texts(await AgentAsync(members[0]), "teams"));
        Assert.Empty(Texts(await AgentAsync(members[94]), "teams"));
        Assert.Equal(201, (await _app.Admin.PostAsync("/api/teams", """{"name":"大队"}""")).Status);
    }

    [Fact]
    public async Task A_name_belongs_to_one_team()
    {
        await TeamAsync("""{"name":"Support"}""");
        var other = await TeamAsync("""{"name":"售后"}""");
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/teams", """{"name":"support"}"""), 409);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/teams/{other["id"]}", """{"name":"Support"}"""), 409);
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/teams/{other["id"]}", """{"name":"售前"}""")).Status);
        Assert.Equal(201, (await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}""")).Status);
    }

    [Fact]
    public async Task The_same_request_again_makes_no_second_team()
    {
        var first = await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}""", "key-1");
        var second = await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}""", "key-1");
        Assert.Equal((201, first.Text), (second.Status, second.Text));
        BodyTests.AssertProblem(await _app.Admin.PostAsync("/api/teams", """{"name":"另"}""", "key-1"), 422);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"T","members":["ag_nobody"]}""", "members")]
    [InlineData("""{"name":"T","assignment":{"method":"fair"}}""", "assignment.method")]
    [InlineData("""{"name":"T","assignment":{"method":"all","capacity":3}}""", "assignment.capacity")]
    [InlineData("""{"name":"T","assignment":{"method":"random","capacity":0}}""", "assignment.capacity")]
    [InlineData("""{"name":"T","assignment":{"method":"random","most":1}}""", "assignment.most")]
    [InlineData("""{"name":"T","colour":"red"}""", "colour")]
    public async Task A_wrong_team_is_refused(string json, string field)
    {
        var refused = await _app.Admin.PostAsync("/api/teams", json);
        BodyTests.AssertProblem(refused, 400);
        Assert.True(refused.Json.GetProperty("errors").TryGetProperty(field, out _), refused.Text);
    }

    [Fact]
    public async Task Agents_read_teams_and_admins_change_them()
    {
        var made = await _app.Admin.PostAsync("/api/agents", """{"name":"A"}""");
        var agent = _app.As(made["token"]);
        Assert.Equal(200, (await agent.AskAsync("/api/teams")).Status);
        Assert.Equal(200, (await agent.AskAsync("/api/settings/assignment")).Status);
        BodyTests.AssertProblem(await agent.PostAsync("/api/teams", """{"name":"T"}"""), 403);
        BodyTests.AssertProblem(await agent.PutAsync("/api/settings/assignment", """{"method":"random"}"""), 403);
    }

    [Fact]
    public async Task The_workspaces_rule_is_everybody_until_it_is_set()
    {
        Assert.Equal("""{"method":"all","capacity":null}""", (await _app.Admin.AskAsync("/api/settings/assignment")).Text);
        var put = await _app.Admin.PutAsync("/api/settings/assignment", """{"method":"least_busy","capacity":3}""");
        Assert.Equal(("""{"method":"least_busy","capacity":3}""", "\"1\""), (put.Text, put.ETag));
        BodyTests.AssertProblem(await _app.Admin.PutAsync("/api/settings/assignment", """{"method":"all","capacity":3}"""), 400);
    }

    [Fact]
    public async Task Nobody_is_in_more_teams_than_can_be_left_at_once()
    {
        var agent = await HireAsync("王芳");
        for (var i = 0; i < 40; i++) await TeamAsync($$"""{"name":"T{{i}}","members":["{{agent}}"]}""");
        var refused = await _app.Admin.PostAsync("/api/teams", $$"""{"name":"T40","members":["{{agent}}"]}""");
        BodyTests.AssertProblem(refused, 400);
        Assert.Contains($"王芳 ({agent}) is in 40 teams", refused.Text, StringComparison.Ordinal);
        var last = (await _app.Admin.AskAsync("/api/teams?limit=1")).Json.GetProperty("items")[0];
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/teams/{last.GetProperty("id")}", $$"""{"members":["{{agent}}"]}""")).Status);
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/agents/{agent}")).Status);
    }

    [Fact]
    public async Task When_it_was_changed_is_told_of_whoever_joins_leaves_or_is_joined()
    {
        var agent = await HireAsync("A");
        var team = await TeamAsync("""{"name":"T"}""");
        var times = new List<string?>();
        foreach (var change in new[] { $"""["{team["id"]}"]""", "[]", $"""["{team["id"]}"]""" })
        {
            _app.Time.Advance(TimeSpan.FromMinutes(1));
            await _app.Admin.PatchAsync($"/api/agents/{agent}", $$"""{"teams":{{change}} }""");
            times.Add((await _app.Admin.AskAsync($"/api/teams/{team["id"]}"))["updatedAt"]);
        }

        _app.Time.Advance(TimeSpan.FromMinutes(1));
        await _app.Admin.RemoveAsync($"/api/teams/{team["id"]}");
        times.Add((await AgentAsync(agent)).GetProperty("updatedAt").GetString());
        Assert.Equal(["12:01", "12:02", "12:03", "12:04"], times.Select(at => at![11..16]));
    }

    [Theory]
    [InlineData("/api/agents", """{"name":"A"}""")]
    [InlineData("/api/teams", """{"name":"T"}""")]
    [InlineData("/api/answers", """{"shortcut":"/a","title":"A","text":"a"}""")]
    public async Task What_was_deleted_by_a_call_whose_answer_was_lost_is_said_to_be_deleted(string path, string body)
    {
        var made = await _app.Admin.PostAsync(path, body);
        var partition = path == "/api/answers" ? "answer" : "agent";
        _app.Store.BeforeCommit = (table, writes) =>
        {
            // The network repeats the call: the second finds nothing left to delete.
            _app.Store.BeforeCommit = null;
            Task.Run(() => _app.Store.CommitAsync(table, partition, writes, default)).GetAwaiter().GetResult();
        };
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"{path}/{made["id"]}")).Status);
        Assert.Equal(404, (await _app.Admin.RemoveAsync($"{path}/{made["id"]}")).Status);
        Assert.Single((await _app.Admin.AskAsync($"/api/audit?subject={made["id"]}")).Json.GetProperty("items").EnumerateArray(), line => line.GetProperty("action").GetString()!.EndsWith(".deleted", StringComparison.Ordinal));
    }

    private async Task<string> HireAsync(string name) => (await _app.Admin.PostAsync("/api/agents", $$"""{"name":"{{name}}"}"""))["id"]!;

    private async Task<Reply> TeamAsync(string json)
    {
        var made = await _app.Admin.PostAsync("/api/teams", json);
        Assert.Equal(201, made.Status);
        return made;
    }

    private async Task<JsonElement> AgentAsync(string id) => (await _app.Admin.AskAsync($"/api/agents/{id}")).Json;

    private static IEnumerable<string> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}
