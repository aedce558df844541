using System.Text.Json;
using PPMessage.Conversations;
using PPMessage.Flows;
using PPMessage.Flows.Runs;
using PPMessage.Flows.Statistics;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows;

/// <summary>Lists and counts of more runs than a test could make one by one.</summary>
public sealed class RunListTests(SharedWorkspace shared) : IClassFixture<SharedWorkspace>
{
    private static readonly string Thread = new('0', Ids.ThreadLength);

    private Workspace Workspace => shared.Workspace;

    [Fact]
    public async Task Runs_come_newest_first_by_the_page_whatever_shard_they_lie_in()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var ids = await PutAsync(flow, 230, i => i % 10 == 0 ? RunState.Failed : RunState.Completed, TimeSpan.FromMinutes(1));
        Assert.Equal(ids.Reverse(), (await Workspace.ListAsync($"/api/flows/{flow}/runs", limit: 7)).Select(one => one.Word("id")));
        Assert.Equal(ids.Where((_, i) => i % 10 == 0).Reverse(), (await Workspace.ListAsync($"/api/flows/{flow}/runs?state=failed", limit: 3)).Select(one => one.Word("id")));
        Assert.Empty(await Workspace.ListAsync($"/api/flows/{flow}/runs?state=waiting"));
        foreach (var query in new[] { "state=lost", "cursor=x", "cursor=" + new string('-', 52), "limit=201" }) Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/flows/{flow}/runs?{query}")).Status);
    }

    [Fact]
    public async Task A_page_looks_at_so_many_runs_only_and_says_where_to_go_on()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        var ids = await PutAsync(flow, 700, i => i == 0 ? RunState.Failed : RunState.Completed, TimeSpan.FromSeconds(1));
        var page = await Workspace.GetAsync($"/api/flows/{flow}/runs?state=failed&limit=2");
        Assert.Equal((0, JsonValueKind.String), (page.GetProperty("items").GetArrayLength(), page.GetProperty("next").ValueKind));
        Assert.Equal(ids[0], Assert.Single(await Workspace.ListAsync($"/api/flows/{flow}/runs?state=failed", limit: 2)).Word("id"));
    }

    [Fact]
    public async Task Counts_are_by_state_reason_step_and_time()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        Workspace.Time.Advance(TimeSpan.FromDays(3));
        await PutAsync(flow, 48, i => (RunState)(i % 5), TimeSpan.FromHours(1), new Dictionary<string, int> { ["menu:answered"] = 2, ["menu:timeout"] = 1 });
        var now = Workspace.Time.GetUtcNow();
        var stats = await Workspace.GetAsync($"/api/flows/{flow}/stats");
        Assert.Equal((48, true, "day", 8), (stats.GetProperty("runs").GetInt32(), stats.Flag("exact"), stats.Word("by"), stats.GetProperty("series").GetArrayLength()));
        Assert.Equal(48, stats.GetProperty("states").EnumerateObject().Sum(state => state.Value.GetInt32()));
        Assert.Equal(48, stats.GetProperty("series").EnumerateArray().Sum(point => point.GetProperty("started").GetInt32()));
        Assert.Equal(9, stats.GetProperty("reasons").GetProperty("failed").GetInt32());
        var step = Assert.Single(stats.GetProperty("steps").EnumerateArray());
        Assert.Equal(("menu", 96, 48, 10), (step.Word("step"), step.GetProperty("outcomes").GetProperty("answered").GetInt32(), step.GetProperty("outcomes").GetProperty("timeout").GetInt32(), step.GetProperty("waiting").GetInt32()));

        var hours = await Workspace.GetAsync($"/api/flows/{flow}/stats?by=hour&from={now.AddHours(-5):yyyy-MM-ddTHH:mm:ssZ}&to={now:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.All(hours.GetProperty("series").EnumerateArray(), point => Assert.InRange(point.GetProperty("started").GetInt32(), 0, 1));
        Assert.InRange(hours.GetProperty("runs").GetInt32(), 4, 6);
        foreach (var query in new[] { "by=year", "from=yesterday", "to=x", "from=2026-11-23T08:00:00Z&to=2026-11-23T08:00:00Z", "by=hour&from=2020-01-01T00:00:00Z", "from=0001-01-01T00:00:00Z" })
            Assert.Equal(400, (await Workspace.CallAsync("GET", $"/api/flows/{flow}/stats?{query}")).Status);
        foreach (var query in new[] { "to=0001-01-01T12:00:00Z", "from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59Z", "from=0001-01-01T00:00:00Z&to=0001-01-01T02:00:00Z&by=hour" })
            Assert.Equal(0, (await Workspace.GetAsync($"/api/flows/{flow}/stats?{query}")).GetProperty("runs").GetInt32());
    }

    [Fact]
    public async Task More_runs_than_are_counted_at_once_are_not_exact()
    {
        var flow = await Workspace.PublishedAsync(Defined.Waiting());
        await PutAsync(flow, StatsApi.MostRuns + 6000, _ => RunState.Completed, TimeSpan.FromSeconds(1));
        var stats = await Workspace.GetAsync($"/api/flows/{flow}/stats");
        Assert.False(stats.Flag("exact"));
        Assert.InRange(stats.GetProperty("runs").GetInt32(), StatsApi.MostRuns, StatsApi.MostRuns + 4000);
    }

    /// <summary>Oldest first; the last one began as much before now as one before the other.</summary>
    private async Task<IReadOnlyList<string>> PutAsync(string flow, int count, Func<int, RunState> state, TimeSpan apart, IReadOnlyDictionary<string, int>? counts = null)
    {
        var now = Workspace.Time.GetUtcNow();
        var rows = Enumerable.Range(0, count).Select(i =>
        {
            var (ulid, its) = (Ids.NewUlid(now - ((count - i) * apart)), state(i));
            var entry = new RunEntry(
                RunKeys.Id(ulid, Thread), flow, 1, "ct_x", null, "api", its, its is RunState.Waiting or RunState.Running ? null : its.ToString().ToLowerInvariant(),
                its == RunState.Waiting ? "menu" : null, null, now, now, 1, counts ?? new Dictionary<string, int>());
            return (Ulid: ulid, entry.RunId, Write: RowWrite.Put(RunIndex.Row(flow, entry.RunId), entry, FlowJson.Default.RunEntry));
        }).ToList();
        foreach (var shard in rows.GroupBy(row => InboxRows.Shard(row.Ulid)))
            foreach (var chunk in shard.Chunk(100)) await Workspace.Store.CommitAsync(Tables.Inbox, shard.Key, [.. chunk.Select(row => row.Write with { Nonce = row.Ulid })], default);
        return [.. rows.Select(row => row.RunId)];
    }
}
