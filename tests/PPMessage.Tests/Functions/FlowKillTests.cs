using PPMessage.Flows.Runs;
using PPMessage.Local.Sandbox;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Functions;

/// <summary>The published program is killed (SIGKILL) again and again while flows talk to phones: every run ends as it should, and every phone gets what its script implies, once.</summary>
public sealed class FlowKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 50;
    private const int Phones = 16;

    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(1200);

    // One life in so many ends at any time, whether anything was done in it or not.
    private const int BlindEvery = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Every_run_ends_as_it_should_after_fifty_kills_under_load()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using var twilio = await TwilioSandbox.StartAsync();
        await using var head = await Killing.StartAsync(twilio, _data.Path);
        var workspace = await PublishedWorkspace.MakeAsync(twilio, head.Client);
        var flows = new FlowDoor(workspace);
        var ids = await flows.PublishAsync(_ => KillFlows.Words, known => KillFlows.Menu(known[0], twilio.Programs.Url(DemoOrders.Name)));
        var scripts = Enumerable.Range(0, Phones).Select(i => $"+1202555{1000 + i}").Select(phone => new FlowScript(workspace, phone, () => Got(twilio, phone))).ToList();

        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(scripts.Select((script, i) => script.RunAsync(new Random(seed + i), stop.Token)));
        var random = new Random(seed);
        await Killing.RunAsync(head, Kills, () => LiveAsync(scripts, random), random);
        await stop.CancelAsync();
        await SettledAsync(workspace, running, scripts);

        PhonesGotWhatTheirScriptsImply(twilio, scripts);
        OrdersWereAskedOnceForEachRun(twilio, scripts);
        await ContactsRememberAsync(workspace, scripts);
        Assert.Empty(await workspace.ListAsync("/api/dead-letters"));
        await RunsAreCompletedAsync(flows, ids, scripts.Sum(script => script.Rounds.Count));
        // A look at a message that was settled since may be hidden still.
        await PublishedWorkspace.UntilAsync(
            () => Task.FromResult(Killing.Waiting(_data.Path, RunWorkHandler.Word) == 0), Killing.Recovery, () => $"only wakes are left in the queue ({Killing.Waiting(_data.Path, RunWorkHandler.Word)} others)");
        head.Kill();
        Assert.All(await Killing.LeftAsync(_data.Path), left => Assert.Equal(RunWorkHandler.Word, WorkMessage.Parse(left)!.Kind));
    }

    /// <summary>Most lives last until a phone has heard something, and then for a random while: so that something is under way on slow machines as well.</summary>
    private static async Task LiveAsync(IReadOnlyList<FlowScript> scripts, Random random)
    {
        var heard = Heard();
        if (random.Next(BlindEvery) > 0)
            for (var begin = TimeProvider.System.GetTimestamp(); Heard() == heard && TimeProvider.System.GetElapsedTime(begin) < Patience;)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await Task.Delay(LongestLife * random.NextDouble(), TimeProvider.System);

        int Heard() => scripts.Sum(script => script.Expected.Count);
    }

    /// <summary>Every script has come to its end, with the help of a person where a send was cut off twice; and every message is known by the provider's id.</summary>
    private static async Task SettledAsync(PublishedWorkspace workspace, Task running, IReadOnlyList<FlowScript> scripts)
    {
        await PublishedWorkspace.UntilAsync(
            async () => await workspace.UnsettledAsync() is [] && running.IsCompleted,
            Killing.Recovery,
            () => string.Join('\n', scripts.Select(script => $"{script.Phone} in {script.Rounds.Last()} after {script.Expected.Count} texts")));
        await running;
    }

    private void PhonesGotWhatTheirScriptsImply(TwilioSandbox twilio, IReadOnlyList<FlowScript> scripts)
    {
        foreach (var round in scripts.SelectMany(script => script.Rounds).GroupBy(round => round.Round)) output.WriteLine($"{round.Key}: {round.Count()} rounds");
        foreach (var script in scripts) Assert.Equal(script.Expected.Order(), Got(twilio, script.Phone).Order());
    }

    private static void OrdersWereAskedOnceForEachRun(TwilioSandbox twilio, IReadOnlyList<FlowScript> scripts)
    {
        var requests = twilio.Programs.Requests(DemoOrders.Name);
        Assert.True(requests.Count < Programs.Remembered, "The program has forgotten its first requests.");
        var keys = requests.GroupBy(request => request.Target, request => request.Headers["Idempotency-Key"]).Select(same => Assert.Single(same.Distinct())).ToList();
        Assert.Equal(scripts.SelectMany(script => script.Rounds).Count(round => round.Round == Round.Order), keys.Distinct().Count());
        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    private static async Task ContactsRememberAsync(PublishedWorkspace workspace, IReadOnlyList<FlowScript> scripts)
    {
        var contacts = (await workspace.ListAsync("/api/contacts")).ToDictionary(contact => contact.GetProperty("phones")[0].GetString()!);
        foreach (var script in scripts.Where(script => script.LastRemembered is not null))
            Assert.Equal(script.LastRemembered, contacts[script.Phone].GetProperty("attributes").Word("remembered"));
    }

    private static async Task RunsAreCompletedAsync(FlowDoor flows, IReadOnlyList<string> ids, int rounds)
    {
        // The words are a sub-flow: their runs are the menu's.
        Assert.Empty(await flows.RunsAsync(ids[0]));
        var runs = await flows.RunsAsync(ids[1]);
        Assert.All(runs, run => Assert.Equal(("completed", EndReasons.Completed), run));
        Assert.Equal(rounds, runs.Count);
    }

    private static List<string> Got(TwilioSandbox twilio, string phone) => [.. twilio.Received(phone).Select(text => text.Text)];
}
