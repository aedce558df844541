using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Tests.Flows.Calls;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>What random flows may name: agents, teams, a program that answers as the script says.</summary>
/// <param name="Agents">One who is ready, one who is busy, one who is away.</param>
/// <param name="Teams">By rule: of the first one is ready, of the second nobody, the third has whoever is busy.</param>
internal sealed record RandomWorld(Workspace Workspace, ProgramServer Program, IReadOnlyList<(string Id, HttpClient Client)> Agents, IReadOnlyList<string> Teams) : IAsyncDisposable
{
    // By path: what is left to be answered.
    private readonly ConcurrentDictionary<string, ConcurrentQueue<(int Status, string Body)>> _answers = new();

    /// <summary>Bounds that random flows reach.</summary>
    private static readonly Dictionary<string, string?> Narrow = new()
    {
        ["PPMessage:Flows:Steps"] = "50", ["PPMessage:Flows:StepsAtOnce"] = "15", ["PPMessage:Flows:Days"] = "7", ["PPMessage:Flows:MessagesAnHour"] = "7",
    };

    public static async Task<RandomWorld> StartAsync()
    {
        var workspace = await Workspace.StartAsync(settings: Narrow);
        var (ready, busy, away) = (await workspace.HireAsync("li"), await workspace.HireAsync("wang"), await workspace.HireAsync("zhao"));
        await busy.Client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "busy" });
        await away.Client.CallAsync("PUT", "/api/agents/me/availability", new { availability = "away" });
        var teams = new[] { await TeamAsync(workspace, "售前", ready.Id, away.Id), await TeamAsync(workspace, "售后", away.Id), await TeamAsync(workspace, "Billing", busy.Id) };
        await workspace.PostAsync("/api/contact-attributes", new { key = "score", name = "Score", type = "number" });
        await workspace.PostAsync("/api/contact-attributes", new { key = "topics", name = "Topics", type = "list" });
        var hours = JsonElement.Parse("""{"timeZone":"Asia/Shanghai","weekly":{"monday":[{"from":"09:00","to":"18:00"}],"wednesday":[{"from":"09:00","to":"12:00"}],"friday":[{"from":"13:00","to":"24:00"}]}}""");
        Assert.Equal(200, (await workspace.CallAsync("PUT", "/api/settings/business-hours", hours)).Status);
        var world = new RandomWorld(workspace, await ProgramServer.StartAsync(), [ready, busy, away], teams);
        world.Program.Answer = world.AnswerAsync;
        return world;
    }

    /// <summary>The program answers at a path what events of a script say, one after the other, and then nothing but <c>{}</c>, as the simulator's does.</summary>
    public void Prepare(string path, JsonElement events)
    {
        foreach (var happening in events.EnumerateArray())
            if (happening.TryGetProperty("http", out var http))
                _answers.GetOrAdd($"{path}/{happening.Word("step")}", _ => new()).Enqueue((http.GetProperty("status").GetInt32(), http.GetProperty("body").GetRawText()));
    }

    public async Task RuleAsync(string method) => Assert.Equal(200, (await Workspace.CallAsync("PUT", "/api/settings/assignment", new { method })).Status);

    /// <summary>Goes on to the beginning of a week and so far into it: a case then has the same hours whatever came before it.</summary>
    public async Task GoToAsync(TimeSpan intoWeek)
    {
        var (now, week) = (Workspace.Time.GetUtcNow(), TimeSpan.FromDays(7));
        Workspace.Time.Advance(TimeSpan.FromTicks(week.Ticks - (now.UtcTicks % week.Ticks)) + intoWeek);
        await Workspace.DrainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await Workspace.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var left = _answers.GetValueOrDefault(context.Request.Path.Value!.TrimStart('/'));
        var (status, body) = left is not null && left.TryDequeue(out var answer) ? answer : ((int)HttpStatusCode.OK, "{}");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static async Task<string> TeamAsync(Workspace workspace, string name, params string[] members) =>
        (await workspace.PostAsync("/api/teams", new { name, members, assignment = new { method = "in_turn" } })).Word("id");
}
