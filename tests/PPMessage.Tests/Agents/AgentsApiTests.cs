using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Tests.Http;
using Xunit;

namespace PPMessage.Tests.Agents;

public sealed class AgentsApiTests : IAsyncLifetime
{
    private readonly List<string> _changed = [];
    private TestApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(services: services => services.AddSingleton<AvailabilityChanged>((agent, _) =>
    {
        _changed.Add($"{agent.Id} {agent.Availability}");
        return Task.CompletedTask;
    }));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_new_agent_can_log_in_at_once_with_the_token_that_is_shown_once()
    {
        var team = (await _app.Admin.PostAsync("/api/teams", """{"name":"售后"}"""))["id"];
        var made = await CreateAsync($$"""{"name":" 王芳 ","email":"wang@example.com","teams":["{{team}}","{{team}}"]}""");
        Assert.Equal(201, made.Status);
        Assert.Equal($"/api/agents/{made["id"]}", made.Message.Headers.Location?.ToString());
        Assert.Equal("\"1\"", made.ETag);
        Assert.Equal(("王芳", "agent", "ready"), (made["name"], made["role"], made["availability"]));
        Assert.Equal("2026-11-22T12:00:00Z", made["createdAt"]);
        Assert.Equal(1, made.Json.GetProperty("teams").GetArrayLength());

        var me = await _app.As(made["token"]).AskAsync("/api/agents/me");
        Assert.Equal((200, made["id"]), (me.Status, me["id"]));
        Assert.False(me.Json.TryGetProperty("token", out _));
        Assert.DoesNotContain("hash", me.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(made["token"]!, _app.Log.Text);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{"name":""}""", "name")]
    [InlineData("""{"name":"A","role":"owner"}""", "role")]
    [InlineData("""{"name":"A","role":"Admin"}""", "role")]
    [InlineData("""{"name":"A","availability":0}""", "availability")]
    [InlineData("""{"name":"A","email":"nobody"}""", "email")]
    [InlineData("""{"name":"A","email":"N <n@example.com>"}""", "email")]
    [InlineData("""{"name":"A","teams":"support"}""", "teams")]
    [InlineData("""{"name":"A","teams":["tm_1"]}""", "teams")]
    [InlineData("""{"name":"A","token":"mine"}""", "token")]
    public async Task A_wrong_agent_is_refused(string json, string field)
    {
        var reply = await CreateAsync(json);
        BodyTests.AssertProblem(reply, 400);
        Assert.True(reply.Json.GetProperty("errors").TryGetProperty(field, out _), reply.Text);
    }

    [Fact]
    public async Task An_email_address_belongs_to_one_agent()
    {
        var first = await CreateAsync("""{"name":"A","email":"a@example.com"}""");
        var second = await CreateAsync("""{"name":"B","email":"b@example.com"}""");
        BodyTests.AssertProblem(await CreateAsync("""{"name":"C","email":"A@Example.com"}"""), 409);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/agents/{second["id"]}", """{"email":"a@example.com"}"""), 409);

        // Freed by a change and by a deletion.
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/agents/{first["id"]}", """{"email":null}""")).Status);
        Assert.Equal(200, (await _app.Admin.PatchAsync($"/api/agents/{second["id"]}", """{"email":"a@example.com"}""")).Status);
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/agents/{second["id"]}")).Status);
        Assert.Equal(201, (await CreateAsync("""{"name":"C","email":"a@example.com"}""")).Status);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        var made = await CreateAsync("""{"name":"A","email":"a@example.com"}""");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var reply = await _app.Admin.PatchAsync($"/api/agents/{made["id"]}", """{"role":"admin"}""");
        Assert.Equal(("A", "a@example.com", "admin", "\"2\""), (reply["name"], reply["email"], reply["role"], reply.ETag));
        Assert.Equal((made["createdAt"], "2026-11-22T12:01:00Z"), (reply["createdAt"], reply["updatedAt"]));
        Assert.Equal(reply.Text, (await _app.Admin.AskAsync($"/api/agents/{made["id"]}")).Text);
    }

    [Fact]
    public async Task A_stale_edit_is_a_412()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        var path = $"/api/agents/{made["id"]}";
        Assert.Equal(200, (await _app.Admin.PatchAsync(path, """{"name":"B"}""", made.ETag)).Status);
        foreach (var tag in new[] { made.ETag!, "W/\"2\"", "2", "\"nonsense\"" }) BodyTests.AssertProblem(await _app.Admin.PatchAsync(path, """{"name":"C"}""", tag), 412);
        BodyTests.AssertProblem(await _app.Admin.RemoveAsync(path, made.ETag), 412);
        Assert.Equal(200, (await _app.Admin.PatchAsync(path, """{"name":"C"}""", "\"7\", \"2\"")).Status);
        Assert.Equal(200, (await _app.Admin.PatchAsync(path, """{"name":"D"}""", "*")).Status);
        Assert.Equal(204, (await _app.Admin.RemoveAsync(path, "\"4\"")).Status);
    }

    [Fact]
    public async Task Of_many_edits_with_one_etag_one_wins()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _app.Admin.PatchAsync($"/api/agents/{made["id"]}", $$"""{"name":"N{{i}}"}""", made.ETag)));
        Assert.Equal(1, replies.Count(reply => reply.Status == 200));
        Assert.All(replies, reply => Assert.True(reply.Status is 200 or 412 or 409, reply.Text));
    }

    [Fact]
    public async Task A_rotated_token_ends_the_old_one()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        Assert.Equal(200, (await _app.As(made["token"]).AskAsync("/api/agents/me")).Status);
        var rotated = await _app.Admin.PostAsync($"/api/agents/{made["id"]}/token");
        Assert.Equal(200, rotated.Status);
        Assert.NotEqual(made["token"], rotated["token"]);
        BodyTests.AssertProblem(await _app.As(made["token"]).AskAsync("/api/agents/me"), 401);
        Assert.Equal(200, (await _app.As(rotated["token"]).AskAsync("/api/agents/me")).Status);
    }

    [Fact]
    public async Task A_deleted_agent_is_out_at_once()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        Assert.Equal(200, (await _app.As(made["token"]).AskAsync("/api/agents/me")).Status);
        Assert.Equal(204, (await _app.Admin.RemoveAsync($"/api/agents/{made["id"]}")).Status);
        BodyTests.AssertProblem(await _app.As(made["token"]).AskAsync("/api/agents/me"), 401);
        BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/agents/{made["id"]}"), 404);
        BodyTests.AssertProblem(await _app.Admin.RemoveAsync($"/api/agents/{made["id"]}"), 404);
    }

    [Fact]
    public async Task Agents_read_each_other_and_change_only_their_own_availability()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        var other = await CreateAsync("""{"name":"B"}""");
        var agent = _app.As(made["token"]);
        Assert.Equal(2, (await agent.AskAsync("/api/agents")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(200, (await agent.AskAsync($"/api/agents/{other["id"]}")).Status);
        Assert.Equal("busy", (await agent.PutAsync("/api/agents/me/availability", """{"availability":"busy"}"""))["availability"]);
        BodyTests.AssertProblem(await agent.PostAsync("/api/agents", """{"name":"C"}"""), 403);
        BodyTests.AssertProblem(await agent.PatchAsync($"/api/agents/{made["id"]}", """{"role":"admin"}"""), 403);
        BodyTests.AssertProblem(await agent.RemoveAsync($"/api/agents/{other["id"]}"), 403);
        BodyTests.AssertProblem(await agent.PostAsync($"/api/agents/{other["id"]}/token"), 403);
        BodyTests.AssertProblem(await agent.AskAsync("/api/channels"), 403);
        BodyTests.AssertProblem(await agent.AskAsync("/api/audit"), 403);
    }

    [Fact]
    public async Task A_set_availability_is_told_after_it_is_stored()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        await _app.As(made["token"]).PutAsync("/api/agents/me/availability", """{"availability":"away"}""");
        await _app.Admin.PatchAsync($"/api/agents/{made["id"]}", """{"name":"B"}""");
        await _app.Admin.PatchAsync($"/api/agents/{made["id"]}", """{"availability":"ready"}""");
        Assert.Equal([$"{made["id"]} Away", $"{made["id"]} Ready"], _changed);
        BodyTests.AssertProblem(await _app.As(made["token"]).PutAsync("/api/agents/me/availability", "{}"), 400);
        BodyTests.AssertProblem(await _app.Admin.PutAsync("/api/agents/me/availability", """{"availability":"away"}"""), 404);
        BodyTests.AssertProblem(await _app.Admin.AskAsync("/api/agents/me"), 404);
    }

    [Fact]
    public async Task Lists_come_in_pages_in_the_order_of_creation()
    {
        var ids = new List<string?>();
        for (var i = 0; i < 7; i++)
        {
            _app.Time.Advance(TimeSpan.FromSeconds(1));
            ids.Add((await CreateAsync($$"""{"name":"N{{i}}","email":"n{{i}}@example.com"}"""))["id"]);
        }

        var seen = new List<string?>();
        for (string? cursor = string.Empty; cursor is not null;)
        {
            var page = (await _app.Admin.AskAsync($"/api/agents?limit=3{(cursor.Length > 0 ? $"&cursor={cursor}" : string.Empty)}")).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(agent => agent.GetProperty("id").GetString()));
            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal(ids, seen);
        Assert.Equal(JsonValueKind.Null, (await _app.Admin.AskAsync("/api/agents?limit=7")).Json.GetProperty("next").ValueKind);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("limit=1&limit=2")]
    [InlineData("cursor=x")]
    [InlineData("cursor=ch_01KAQ0000000000000000000000")]
    [InlineData("cursor=%00%2F%23")]
    public async Task A_page_out_of_range_is_refused(string query) => BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/agents?{query}"), 400);

    [Theory]
    [InlineData("%01")]
    [InlineData("ag_")]
    [InlineData("email%7C0")]
    [InlineData("ag_%2F..%2Fchannel")]
    [InlineData("张伟")]
    [InlineData("ag_01KAQ000000000000000000000")]
    public async Task A_strange_id_names_nobody(string id)
    {
        BodyTests.AssertProblem(await _app.Admin.AskAsync($"/api/agents/{id}"), 404);
        BodyTests.AssertProblem(await _app.Admin.PatchAsync($"/api/agents/{id}", "{}"), 404);
        BodyTests.AssertProblem(await _app.Admin.PostAsync($"/api/agents/{id}/token"), 404);
    }

    [Fact]
    public async Task Look_ups_cost_the_store_one_read_in_the_time_that_the_cache_lasts()
    {
        var made = await CreateAsync("""{"name":"A"}""");
        var (agent, unknown) = (_app.As(made["token"]), _app.As(made["token"]![..^1] + "x"));
        var before = _app.Store.RangeReads;
        for (var i = 0; i < 10; i++)
        {
            await agent.AskAsync("/api/agents/me");
            await unknown.AskAsync("/api/agents/me");
        }

        Assert.Equal(1, _app.Store.RangeReads - before);
        _app.Time.Advance(new Timing().CacheFor);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => agent.AskAsync("/api/agents/me")));
        Assert.Equal(2, _app.Store.RangeReads - before);
    }

    private Task<Reply> CreateAsync(string json) => _app.Admin.PostAsync("/api/agents", json);
}
