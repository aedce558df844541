using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>How a scenario ended.</summary>
/// <param name="State">See <see cref="Snapshot"/>.</param>
/// <param name="Calls">What the app called, recovery included.</param>
/// <param name="MessagesTold">How often the feed told of a message.</param>
/// <param name="ByHand">Whether a message had stayed unknown, so that a person had to send it again.</param>
internal sealed record Ending(string State, IReadOnlyList<string> Calls, int MessagesTold, bool ByHand);

/// <summary>
/// Plays a scenario undisturbed, and then once for each call that the app makes in it (the recovery's own included) and each way in which a call can go
/// wrong that can be told from another; then, at a few points, with a second fault while it recovers from the first. Each must end as the undisturbed one.
/// </summary>
internal sealed class FaultHarness(Scenario scenario)
{
    /// <summary>More than claims, doubts and one more attempt take, twice over.</summary>
    public TimeSpan LongEnough { get; init; } = TimeSpan.FromMinutes(12);

    /// <summary>What earlier stages have left makes each look at everything longer.</summary>
    private const int MostStages = 60;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentBag<Lane> _lanes = [];
    private int _points;
    private int _byHand;

    /// <summary>How much longer a send of unknown outcome may take: a provider's list may lag behind.</summary>
    public TimeSpan Doubt { get; init; }

    /// <summary>Points that are played at the same time.</summary>
    public int AtOnce { get; init; } = 2;

    /// <summary>Null: an embedded one for each point.</summary>
    public Func<Task<IStore>>? Store { get; init; }

    public Timing? Timing { get; init; }

    public bool TwoFaults { get; init; } = true;

    /// <summary>What goes wrong at each call.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = Enum.GetValues<Fault>();

    /// <summary>Whether the process has just started: it has yet to read channels, agents and keys.</summary>
    public bool Cold { get; init; }

    public async Task ProveAsync()
    {
        var undisturbed = await PlayAsync();
        Assert.False(undisturbed.ByHand);
        Assert.Contains("message: ", undisturbed.State, StringComparison.Ordinal);
        var alike = Enumerable.Range(1, undisturbed.Calls.Count).SelectMany(at => Faults.Select(fault => new Strike(at, fault)))
            .ToLookup(strike => strike.On(undisturbed.Calls[strike.At - 1]));
        var longer = new ConcurrentDictionary<(Strike, Strike), bool>();
        await ForEachAsync(alike.Where(strikes => strikes.Key is not null).Select(strikes => (Strike[])[strikes.Key!]), async strikes =>
        {
            var calls = await CompareAsync(undisturbed, strikes);
            if (!TwoFaults) return;
            foreach (var second in alike[strikes[0]].SelectMany(strike => Seconds(strike, undisturbed.Calls.Count, calls))) longer.TryAdd((strikes[0], second), true);
        });
        await ForEachAsync(longer.Keys.Select(pair => (Strike[])[pair.Item1, pair.Item2]), strikes => CompareAsync(undisturbed, strikes));
        foreach (var lane in _lanes) await lane.DisposeAsync();
        // To the console: an output helper's lines of a passed test are not shown.
        Console.WriteLine($"fault points tried: {scenario.Name} {_points} ({undisturbed.Calls.Count} calls undisturbed, {longer.Count} points with a second fault, {_byHand} settled by a person)");
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {_points} points end otherwise.\nUndisturbed:\n{undisturbed.State}\n{string.Join('\n', _failures.Take(3))}");
    }

    // At three calls of the scenario: the call after the fault, one in the middle of the recovery, and its last. And where a call to the provider went
    // wrong, so does the next question to it, or the next attempt.
    private static IEnumerable<Strike> Seconds(Strike first, int all, IReadOnlyList<string> calls)
    {
        List<int> places = first.At % Math.Max(1, all / 3) == 0 ? [first.At + 1, (first.At + calls.Count + 1) / 2, calls.Count] : [];
        if (calls.ElementAtOrDefault(first.At - 1) is FaultySender.Send or FaultySender.Find)
            places.AddRange([Next(calls, first.At, FaultySender.Send), Next(calls, first.At, FaultySender.Find)]);
        return places.Distinct().Where(at => at > first.At && at <= calls.Count).Select(at => (first with { At = at }).On(calls[at - 1])).OfType<Strike>();
    }

    /// <summary>Counted from 1 as the calls are; 0 when there is none.</summary>
    private static int Next(IReadOnlyList<string> calls, int after, string name) =>
        Enumerable.Range(after + 1, Math.Max(0, calls.Count - after)).FirstOrDefault(at => calls[at - 1] == name);

    private Task ForEachAsync(IEnumerable<IReadOnlyList<Strike>> points, Func<IReadOnlyList<Strike>, Task> play) =>
        Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (strikes, _) => await play(strikes));

    private async Task<IReadOnlyList<string>> CompareAsync(Ending undisturbed, IReadOnlyList<Strike> strikes)
    {
        var name = string.Join(", then ", strikes);
        try
        {
            var ending = await PlayAsync([.. strikes]);
            Interlocked.Increment(ref _points);
            if (ending.ByHand) Interlocked.Increment(ref _byHand);
            var what = string.Join(", then ", strikes.Select(strike => $"{strike.Fault} at {strike.At}: {ending.Calls.ElementAtOrDefault(strike.At - 1)}"));
            if (ending.ByHand && strikes.Count == 1) _failures.Enqueue($"{what}: a person had to send it again.");
            if (ending.MessagesTold < undisturbed.MessagesTold) _failures.Enqueue($"{what}: the feed told of messages {ending.MessagesTold} times, not {undisturbed.MessagesTold}.");
            if (!EndsAlike(undisturbed.State, ending.State)) _failures.Enqueue($"{what}\n{Difference(undisturbed.State, ending.State)}");
            return ending.Calls;
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{name}: {e}");
            return [];
        }
    }

    private async Task<Ending> PlayAsync(params IReadOnlyList<Strike> strikes)
    {
        if (!_lanes.TryTake(out var lane)) lane = await Lane.StartAsync(Store is null ? null : await Store(), Timing);
        try
        {
            var ending = await PlayAsync(lane.Next(), new FaultPlan(strikes));
            // An Azure store is the test's own, and can't be had anew.
            if (lane.Stages < MostStages || Store is not null) _lanes.Add(lane);
            else await lane.DisposeAsync();
            return ending;
        }
        catch
        {
            // Nobody knows what it has left behind.
            await lane.DisposeAsync();
            throw;
        }
    }

    private async Task<Ending> PlayAsync(Stage stage, FaultPlan plan)
    {
        var workspace = stage.Workspace;
        await scenario.Arrange(stage);
        var cursor = (await workspace.GetAsync("/api/events")).GetProperty("next").GetString()!;
        if (Cold) await workspace.KillAppAsync();
        if (Cold) await workspace.StartAppAsync();
        workspace.Suffer(plan);
        await scenario.Act(stage);
        await PassAsync(workspace);
        workspace.Suffer(null);
        if (Doubt > TimeSpan.Zero && (await UnknownAsync(stage)).Count > 0)
        {
            workspace.Suffer(plan);
            await workspace.PassAsync(Doubt);
            workspace.Suffer(null);
        }

        var byHand = await SendUnknownAgainAsync(stage);
        var told = (await workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray().Count(change => change.GetProperty("type").GetString() == "message");
        return new Ending(scenario.Look?.Invoke(stage) + await Snapshot.TakeAsync(stage, cursor), plan.Calls, told, byHand);
    }

    private async Task PassAsync(Workspace workspace)
    {
        await workspace.PassAsync(LongEnough);
        if (!workspace.IsStoreOnTestClock) await workspace.WaitForQueueAsync();
        await workspace.ReviveAsync();
    }

    /// <summary>Twice not found, a message stays honestly unknown; then it has not arrived, and a person sends it again.</summary>
    private async Task<bool> SendUnknownAgainAsync(Stage stage)
    {
        var unknown = await UnknownAsync(stage);
        foreach (var message in unknown)
        {
            var text = message.GetProperty("text").GetString()!;
            Assert.DoesNotContain(stage.Workspace.Twilio.Received(stage.Phone), received => received.Text == text);
            Assert.DoesNotContain(stage.Workspace.Mailgun.Received(stage.Mailbox), received => received.Text!.Contains(text, StringComparison.Ordinal));
            await stage.Workspace.PostAsync($"/api/conversations/{message.GetProperty("conversationId").GetString()}/messages/{message.GetProperty("id").GetString()}/retry", new { }, HttpStatusCode.OK);
        }

        if (unknown.Count > 0) await PassAsync(stage.Workspace);
        return unknown.Count > 0;
    }

    private static async Task<IReadOnlyList<JsonElement>> UnknownAsync(Stage stage) =>
        await stage.FindConversationAsync() is { } conversation
            ? [.. (await stage.Workspace.MessagesAsync(conversation)).Where(message => message.State() == "unknown")]
            : [];

    // The feed promises each change at least once: work that comes back after its deed was done tells of a delivery again. Nothing may be missing.
    private static bool EndsAlike(string expected, string actual)
    {
        var lines = expected.Split('\n');
        return lines.SequenceEqual(actual.Split('\n').Where(line => lines.Contains(line) || !line.StartsWith("feed: delivery ", StringComparison.Ordinal)));
    }

    private static string Difference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var text = new StringBuilder();
        foreach (var line in before.Except(after)) text.Append(CultureInfo.InvariantCulture, $"  - {line}\n");
        foreach (var line in after.Except(before)) text.Append(CultureInfo.InvariantCulture, $"  + {line}\n");
        return text.Length == 0 ? $"  the same lines in another order or number:\n{actual}" : text.ToString();
    }
}
