using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>How a scenario ended.</summary>
/// <param name="State">See <see cref="Snapshot"/>.</param>
/// <param name="Calls">What the app called, recovery included.</param>
/// <param name="ByHand">Whether a message had stayed unknown, so that a person had to send it again.</param>
internal sealed record Ending(string State, IReadOnlyList<string> Calls, bool ByHand);

/// <summary>
/// Plays a scenario undisturbed, and then once for each call that the app makes in it (the recovery's own included) and each way in which a call can go
/// wrong; then, at a few points, with a second fault while it recovers from the first. Each must end as the undisturbed one.
/// </summary>
internal sealed class FaultHarness(Scenario scenario, ITestOutputHelper output)
{
    /// <summary>More than claims, doubts and one more attempt take, twice over.</summary>
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(12);

    private readonly ConcurrentQueue<string> _failures = new();
    private int _points;
    private int _byHand;

    /// <summary>Points that are played at the same time.</summary>
    public int AtOnce { get; init; } = 3;

    /// <summary>Null: an embedded one for each point.</summary>
    public Func<Task<IStore>>? Store { get; init; }

    public Timing? Timing { get; init; }

    public bool TwoFaults { get; init; } = true;

    public async Task ProveAsync()
    {
        var undisturbed = await PlayAsync();
        Assert.False(undisturbed.ByHand);
        var single = Enumerable.Range(1, undisturbed.Calls.Count).SelectMany(at => Enum.GetValues<Fault>().Select(fault => new Strike(at, fault))).ToList();
        var longer = new ConcurrentQueue<IReadOnlyList<Strike>>();
        await ForEachAsync(single.Select(strike => (Strike[])[strike]), async strikes =>
        {
            var calls = await CompareAsync(undisturbed, strikes);
            if (TwoFaults) foreach (var second in Seconds(strikes[0], undisturbed.Calls.Count, calls)) longer.Enqueue(second);
        });
        await ForEachAsync(longer, strikes => CompareAsync(undisturbed, strikes));
        output.WriteLine($"fault points tried: {scenario.Name} {_points} ({undisturbed.Calls.Count} calls undisturbed, {longer.Count} points with a second fault, {_byHand} settled by a person)");
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {_points} points end otherwise.\nUndisturbed:\n{undisturbed.State}\n{string.Join('\n', _failures.Take(5))}");
    }

    // At three calls of the scenario: the call after the fault, one in the middle of the recovery, and one near its end.
    private static IEnumerable<IReadOnlyList<Strike>> Seconds(Strike first, int all, int calls)
    {
        if (calls <= first.At || first.At % Math.Max(1, all / 3) != 0) return [];
        int[] places = [first.At + 1, (first.At + calls + 1) / 2, calls];
        return places.Distinct().Select(at => (Strike[])[first, first with { At = at }]);
    }

    private Task ForEachAsync(IEnumerable<IReadOnlyList<Strike>> points, Func<IReadOnlyList<Strike>, Task> play) =>
        Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (strikes, _) => await play(strikes));

    private async Task<int> CompareAsync(Ending undisturbed, IReadOnlyList<Strike> strikes)
    {
        var name = string.Join(", then ", strikes);
        try
        {
            var ending = await PlayAsync([.. strikes]);
            Interlocked.Increment(ref _points);
            if (ending.ByHand) Interlocked.Increment(ref _byHand);
            var what = string.Join(", then ", strikes.Select(strike => $"{strike.Fault} at {strike.At}: {ending.Calls.ElementAtOrDefault(strike.At - 1)}"));
            if (ending.ByHand && strikes.Count == 1) _failures.Enqueue($"{what}: a person had to send it again.");
            if (ending.State != undisturbed.State) _failures.Enqueue($"{what}\n{Difference(undisturbed.State, ending.State)}");
            return ending.Calls.Count;
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{name}: {e}");
            return 0;
        }
    }

    private async Task<Ending> PlayAsync(params IReadOnlyList<Strike> strikes)
    {
        await using var workspace = await Workspace.StartAsync(Store is null ? null : await Store(), Timing);
        await scenario.Arrange(workspace);
        var cursor = (await workspace.GetAsync("/api/events")).GetProperty("next").GetString()!;
        var conversation = await FirstConversationAsync(workspace);
        var plan = new FaultPlan(strikes);
        await workspace.KillAppAsync();
        await workspace.StartAppAsync(plan);
        await scenario.Act(workspace, conversation);
        await PassAsync(workspace);
        plan.End();
        var byHand = await SendUnknownAgainAsync(workspace);
        return new Ending(await Snapshot.TakeAsync(workspace, cursor), plan.Calls, byHand);
    }

    private static async Task PassAsync(Workspace workspace)
    {
        await workspace.PassAsync(LongEnough);
        if (!workspace.IsStoreOnTestClock) await workspace.WaitForQueueAsync();
        await workspace.ReviveAsync();
    }

    /// <summary>Twice not found, a message stays honestly unknown; then it has not arrived, and a person sends it again.</summary>
    private static async Task<bool> SendUnknownAgainAsync(Workspace workspace)
    {
        if (await FirstConversationAsync(workspace) is not { } id) return false;
        var unknown = (await workspace.MessagesAsync(id)).Where(message => message.IsUnknown()).ToList();
        foreach (var message in unknown)
        {
            Assert.DoesNotContain(workspace.Twilio.Received(Scenario.Phone), text => text.Text == message.GetProperty("text").GetString());
            await workspace.PostAsync($"/api/conversations/{id}/messages/{message.GetProperty("id").GetString()}/retry", new { }, System.Net.HttpStatusCode.OK);
        }

        if (unknown.Count > 0) await PassAsync(workspace);
        return unknown.Count > 0;
    }

    private static async Task<string?> FirstConversationAsync(Workspace workspace) =>
        (await workspace.ConversationsAsync()).Select(conversation => conversation.GetProperty("id").GetString()).FirstOrDefault();

    private static string Difference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var text = new StringBuilder();
        foreach (var line in before.Except(after)) text.Append(CultureInfo.InvariantCulture, $"  - {line}\n");
        foreach (var line in after.Except(before)) text.Append(CultureInfo.InvariantCulture, $"  + {line}\n");
        return text.Length == 0 ? $"  the same lines in another order or number:\n{actual}" : text.ToString();
    }
}
