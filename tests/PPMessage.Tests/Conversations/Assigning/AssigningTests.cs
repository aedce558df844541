using PPMessage.Tests.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Conversations.Assigning;

/// <summary>To whom texts go, through the whole app.</summary>
public sealed class AssigningTests : IAsyncLifetime
{
    private Workspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await Workspace.StartAsync();

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public async Task Sixty_four_texts_at_once_are_dealt_out_exactly_in_turn()
    {
        var agents = await HireAsync(4);
        await RuleAsync("in_turn");
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _workspace.TextAsync(Calls.NewPhone(), "你好")));
        var dealt = await DealtAsync();
        Assert.Equal(agents.Select(agent => agent.Id).Order(StringComparer.Ordinal), dealt.Keys.Order(StringComparer.Ordinal));
        Assert.All(dealt.Values, count => Assert.Equal(16, count));
    }

    [Fact]
    public async Task Nobody_gets_more_than_the_capacity_and_the_rest_is_handed_out_oldest_first_as_people_get_free()
    {
        var agents = await HireAsync(3);
        await RuleAsync("in_turn", 4);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => _workspace.TextAsync(Calls.NewPhone(), "你好")));
        await _workspace.DrainAsync();
        var dealt = await DealtAsync();
        Assert.Equal([4, 4, 4, 12], dealt.Values.Order());
        Assert.Equal(12, dealt["-"]);

        var late = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            _workspace.Time.Advance(TimeSpan.FromMinutes(1));
            late.Add(await _workspace.OpenAsync(Calls.NewPhone(), "我还在等"));
        }

        // Twelve older ones go first.
        var resolved = new HashSet<string>();
        for (var i = 1; i <= 14; i++)
        {
            await ResolveOneAsync(resolved);
            await _workspace.DrainAsync();
            Assert.Equal(Math.Max(0, i - 12), await CountAssignedAsync(late));
            if (i == 13) Assert.NotNull(await AssigneeAsync(late[0]));
            if (i == 14) Assert.NotNull(await AssigneeAsync(late[1]));
        }

        Assert.All(agents, agent => Assert.InRange(DealtAsync().Result.GetValueOrDefault(agent.Id), 1, 4));
    }

    [Fact]
    public async Task What_came_while_nobody_was_ready_waits_for_the_first_who_is()
    {
        await RuleAsync("random");
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.DrainAsync();
        Assert.Null(await AssigneeAsync(id));
        var (agent, client) = (await HireAsync(1))[0];
        await _workspace.DrainAsync();
        Assert.Equal(agent, await AssigneeAsync(id));

        await client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "busy" });
        var second = await _workspace.OpenAsync(Calls.NewPhone());
        Assert.Null(await AssigneeAsync(second));
        await client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "ready" });
        await _workspace.DrainAsync();
        Assert.Equal(agent, await AssigneeAsync(second));
    }

    [Fact]
    public async Task An_agent_who_died_with_the_commit_of_getting_ready_is_still_given_what_waits()
    {
        await RuleAsync("in_turn");
        var (agent, client) = (await HireAsync(1))[0];
        await client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "away" });
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        await _workspace.DrainAsync();

        var plan = new FaultPlan(new Strike(4, Fault.DiesAfter));
        _workspace.Suffer(plan);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "ready" }));
        _workspace.Suffer(null);
        await _workspace.ReviveAsync();
        await _workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(agent, await AssigneeAsync(id));
    }

    [Fact]
    public async Task The_least_busy_agent_gets_the_next_one_and_what_is_resolved_no_longer_counts()
    {
        var agents = await HireAsync(2);
        await RuleAsync("least_busy");
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add(await _workspace.OpenAsync(Calls.NewPhone()));
        Assert.All((await DealtAsync()).Values, count => Assert.Equal(2, count));
        foreach (var id in ids)
            if (await AssigneeAsync(id) == agents[1].Id) await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" });
        for (var i = 0; i < 2; i++) Assert.Equal(agents[1].Id, await AssigneeAsync(await _workspace.OpenAsync(Calls.NewPhone())));
    }

    [Fact]
    public async Task A_conversation_of_a_team_goes_to_its_members_and_without_one_to_nobody()
    {
        var agents = await HireAsync(3);
        var team = (await _workspace.PostAsync("/api/teams", new { name = "售后", members = new[] { agents[1].Id }, assignment = new { method = "in_turn" } })).Word("id");
        for (var i = 0; i < 2; i++)
        {
            var id = await _workspace.OpenAsync(Calls.NewPhone());
            var set = await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { team });
            Assert.Equal((200, team, agents[1].Id), (set.Status, set.Text("team"), set.Text("assignee")));
        }

        Assert.Equal(2, (await _workspace.ListAsync($"/api/conversations?team={team}")).Count);
        var other = await _workspace.OpenAsync(Calls.NewPhone());
        Assert.Null(await AssigneeAsync(other));
        Assert.Equal(400, (await _workspace.CallAsync("PATCH", $"/api/conversations/{other}", new { team = "tm_nobody" })).Status);
    }

    [Fact]
    public async Task Of_a_deleted_team_what_is_nobodys_is_everybodys()
    {
        var agents = await HireAsync(1);
        var team = (await _workspace.PostAsync("/api/teams", new { name = "售前", members = new[] { agents[0].Id }, assignment = new { method = "in_turn" } })).Word("id");
        var phone = Calls.NewPhone();
        var id = await _workspace.OpenAsync(phone);
        await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { team });
        Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/teams/{team}")).Status);
        await agents[0].Client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "away" });
        await _workspace.OpenAsync(phone, "喂？");
        Assert.Null(await AssigneeAsync(id));
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { team = (string?)null })).Status);
    }

    [Fact]
    public async Task Whoever_takes_a_conversation_has_it_and_the_feed_and_the_audit_log_tell_of_it()
    {
        var agents = await HireAsync(2);
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        var cursor = (await _workspace.GetAsync("/api/events")).Word("next");
        Assert.Equal(agents[0].Id, (await agents[0].Client.CallAsync("POST", $"/api/conversations/{id}/take")).Text("assignee"));
        Assert.Equal(agents[1].Id, (await agents[1].Client.CallAsync("POST", $"/api/conversations/{id}/take")).Text("assignee"));
        Assert.Equal(200, (await agents[1].Client.CallAsync("POST", $"/api/conversations/{id}/take")).Status);
        var told = (await _workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray().Where(change => change.Word("type") == "assignment").ToList();
        Assert.Equal(2, told.Count);
        var lines = await _workspace.ListAsync($"/api/audit?action=conversation.taken&subject={id}&who={agents[1].Id}");
        Assert.Equal($$$"""{"assignee":{"before":"{{{agents[0].Id}}}","after":"{{{agents[1].Id}}}"}}""", Assert.Single(lines).GetProperty("changes").GetRawText());

        Assert.Equal(422, (await _workspace.CallAsync("POST", $"/api/conversations/{id}/take")).Status);
        await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" });
        Assert.Equal(409, (await agents[0].Client.CallAsync("POST", $"/api/conversations/{id}/take")).Status);
    }

    [Fact]
    public async Task Who_was_picked_for_a_conversation_that_moves_to_a_team_meanwhile_does_not_get_it()
    {
        var agents = await HireAsync(2);
        var team = (await _workspace.PostAsync("/api/teams", new { name = "售后", members = new[] { agents[1].Id }, assignment = new { method = "in_turn" } })).Word("id");
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        await agents[1].Client.CallAsync("POST", $"/api/conversations/{id}/take");
        await RuleAsync("in_turn");
        var isMoved = 0;
        _workspace.Suffer(new FaultPlan
        {
            Meanwhile = call =>
            {
                if (!call.StartsWith("commit Threads", StringComparison.Ordinal) || Interlocked.Exchange(ref isMoved, 1) == 1) return;
                Assert.Equal(200, Task.Run(() => _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { team })).GetAwaiter().GetResult().Status);
            },
        });
        var given = await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { assignee = (string?)null });
        _workspace.Suffer(null);
        Assert.Equal((1, team, agents[1].Id), (isMoved, given.Text("team"), given.Text("assignee")));
    }

    [Fact]
    public async Task What_a_deleted_agent_had_goes_to_whom_the_rule_gives_it_or_to_nobody()
    {
        var agents = await HireAsync(3);
        var mine = new List<string>();
        for (var i = 0; i < 3; i++) mine.Add(await _workspace.OpenAsync(Calls.NewPhone()));
        foreach (var id in mine) await agents[0].Client.CallAsync("POST", $"/api/conversations/{id}/take");
        await _workspace.CallAsync("PATCH", $"/api/conversations/{mine[1]}", new { status = "pending" });
        await _workspace.CallAsync("PATCH", $"/api/conversations/{mine[2]}", new { status = "resolved" });
        await RuleAsync("in_turn");

        Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/agents/{agents[0].Id}")).Status);
        await _workspace.DrainAsync();

        Assert.Contains(await AssigneeAsync(mine[0]), new[] { agents[1].Id, agents[2].Id });
        Assert.Null(await AssigneeAsync(mine[1]));
        Assert.Equal(agents[0].Id, await AssigneeAsync(mine[2]));
    }

    [Fact]
    public async Task An_agent_whose_deletion_died_halfway_leaves_nothing_behind()
    {
        var agents = await HireAsync(2);
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        await agents[0].Client.CallAsync("POST", $"/api/conversations/{id}/take");
        // The read, the hidden work, and the commit, behind which it dies.
        _workspace.Suffer(new FaultPlan(new Strike(await CallOfCommitAsync(agents[1].Id), Fault.DiesAfter)));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _workspace.CallAsync("DELETE", $"/api/agents/{agents[0].Id}"));
        _workspace.Suffer(null);
        await _workspace.ReviveAsync();
        await _workspace.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Null(await AssigneeAsync(id));
    }

    private async Task<int> CallOfCommitAsync(string agent)
    {
        var plan = new FaultPlan();
        _workspace.Suffer(plan);
        Assert.Equal(204, (await _workspace.CallAsync("DELETE", $"/api/agents/{agent}")).Status);
        _workspace.Suffer(null);
        return plan.Calls.ToList().FindIndex(call => call.StartsWith("commit Config", StringComparison.Ordinal)) + 1;
    }

    [Fact]
    public async Task Who_gives_a_conversation_back_passes_it_to_whose_turn_it_is()
    {
        var agents = await HireAsync(2);
        await RuleAsync("in_turn");
        var id = await _workspace.OpenAsync(Calls.NewPhone());
        var first = await AssigneeAsync(id);
        var given = await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { assignee = (string?)null });
        Assert.Equal(agents.Single(agent => agent.Id != first).Id, given.Text("assignee"));
    }

    [Fact]
    public async Task What_waited_under_no_rule_is_handed_out_when_there_is_one()
    {
        await HireAsync(2);
        for (var i = 0; i < 4; i++) await _workspace.OpenAsync(Calls.NewPhone());
        Assert.Equal(4, (await DealtAsync())["-"]);
        await RuleAsync("in_turn");
        await _workspace.DrainAsync();
        Assert.All((await DealtAsync()).Values, count => Assert.Equal(2, count));
    }

    [Fact]
    public async Task In_turn_is_exact_and_the_capacity_kept_on_Azure_storage()
    {
        await using var workspace = await Workspace.StartAsync(await TestStores.AzuriteAsync());
        (_workspace, var embedded) = (workspace, _workspace);
        await HireAsync(3);
        await RuleAsync("in_turn", 4);
        await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => workspace.TextAsync(Calls.NewPhone(), "你好")));
        var dealt = await DealtAsync();
        _workspace = embedded;
        Assert.Equal([2, 4, 4, 4], dealt.Values.Order());
    }

    private async Task<List<(string Id, HttpClient Client)>> HireAsync(int count)
    {
        var hired = new List<(string Id, HttpClient Client)>();
        for (var i = 0; i < count; i++) hired.Add(await _workspace.HireAsync($"Agent{i}"));
        return hired;
    }

    private async Task RuleAsync(string method, int? capacity = null) =>
        Assert.Equal(200, (await _workspace.CallAsync("PUT", "/api/settings/assignment", new { method, capacity })).Status);

    /// <summary>How many open conversations each has; "-": nobody.</summary>
    private async Task<Dictionary<string, int>> DealtAsync() =>
        (await _workspace.ListAsync("/api/conversations?status=open")).CountBy(conversation => conversation.GetProperty("assignee").GetString() ?? "-").ToDictionary();

    private async Task ResolveOneAsync(HashSet<string> resolved)
    {
        var id = (await _workspace.ListAsync("/api/conversations?status=open")).Where(conversation => conversation.GetProperty("assignee").GetString() is not null)
            .Select(conversation => conversation.Word("id")).Order(StringComparer.Ordinal).First(resolved.Add);
        Assert.Equal(200, (await _workspace.CallAsync("PATCH", $"/api/conversations/{id}", new { status = "resolved" })).Status);
    }

    private async Task<int> CountAssignedAsync(IEnumerable<string> ids) => (await Task.WhenAll(ids.Select(AssigneeAsync))).Count(assignee => assignee is not null);

    private async Task<string?> AssigneeAsync(string id) => (await _workspace.CallAsync("GET", $"/api/conversations/{id}")).Json.GetProperty("assignee").GetString();
}
