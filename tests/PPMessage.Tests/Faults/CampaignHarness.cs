using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>Something that happens with a campaign, to be told the same end of whatever goes wrong in between.</summary>
/// <param name="Arrange">Before anything goes wrong.</param>
/// <param name="Act">What a person, the clock or a provider does. Whoever gets no answer asks again.</param>
internal sealed record CampaignScenario(string Name, Func<CampaignStage, Task> Arrange, Func<CampaignStage, Task> Act)
{
    /// <summary>See <see cref="CampaignStage.MakeAsync"/>.</summary>
    public bool Apart { get; init; }
}

/// <summary>How a scenario ended.</summary>
/// <param name="State">See <see cref="CampaignSnapshot"/>.</param>
/// <param name="ByHand">Whether the process had died so that a person had to have somebody messaged again.</param>
internal sealed record CampaignEnding(string State, FaultPlan Plan, bool ByHand)
{
    public IReadOnlyList<string> Calls => Plan.Calls;
}

/// <summary>
/// As <see cref="FaultHarness"/>, of campaigns. Most of the 32 buckets of a small one are empty, and what happens in them is alike: of calls that are named alike and follow calls that
/// are named alike, the first and the last are played, and of those so many as <c>PPMESSAGE_CAMPAIGN_POINTS</c> says (default 28; 0: every call). Of those so many as
/// <c>PPMESSAGE_CAMPAIGN_PAIRS</c> says (default 6) are played with a second fault, in the recovery from the first. Contacts: <c>PPMESSAGE_CAMPAIGN_CONTACTS</c> (default 3).
/// </summary>
internal sealed partial class CampaignHarness(CampaignScenario scenario)
{
    private const int MostStages = 60;
    private const int AtOnce = 2;

    private static readonly int Contacts = Number("PPMESSAGE_CAMPAIGN_CONTACTS", 3);
    private static readonly int Points = Number("PPMESSAGE_CAMPAIGN_POINTS", 28);
    private static readonly int Pairs = Number("PPMESSAGE_CAMPAIGN_PAIRS", 6);

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentBag<Lane> _lanes = [];
    private int _points;
    private int _byHand;

    public async Task ProveAsync()
    {
        var begin = TimeProvider.System.GetTimestamp();
        var undisturbed = await PlayAsync();
        Assert.False(undisturbed.ByHand);
        Assert.Contains("recipient: ", undisturbed.State, StringComparison.Ordinal);
        var twice = new ConcurrentBag<Strike[]>();
        await ForEachAsync(Sample(undisturbed.Calls).Select(strike => (Strike[])[strike]), async strikes =>
        {
            foreach (var second in Seconds(strikes[0], await CompareAsync(undisturbed, strikes))) twice.Add([strikes[0], second]);
        });
        await ForEachAsync(Some([.. twice.OrderBy(pair => (pair[0].At, pair[0].Fault, pair[1].At))], Pairs), strikes => CompareAsync(undisturbed, strikes));
        foreach (var lane in _lanes) await lane.DisposeAsync();
        Console.WriteLine($"fault points tried: campaign {scenario.Name} {_points} of {AllOf(undisturbed.Calls).Count()} ({undisturbed.Calls.Count} calls undisturbed, {Math.Min(Pairs, twice.Count)} points with a second fault, {_byHand} settled by a person, {TimeProvider.System.GetElapsedTime(begin).TotalSeconds:0} s)");
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {_points} points end otherwise.\nUndisturbed:\n{undisturbed.State}\n{string.Join('\n', _failures.Take(6))}");
    }

    private static int Number(string variable, int usual) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : usual;

    private static IEnumerable<Strike> AllOf(IReadOnlyList<string> calls) =>
        Enumerable.Range(1, calls.Count).SelectMany(at => Enum.GetValues<Fault>().Select(fault => new Strike(at, fault).On(calls[at - 1]))).OfType<Strike>().Distinct();

    private static IReadOnlyList<Strike> Sample(IReadOnlyList<string> calls)
    {
        var all = AllOf(calls).ToList();
        if (Points == 0) return all;
        var alike = Enumerable.Range(1, calls.Count).GroupBy(at => (Kind(calls[at - 1]), at > 1 ? Kind(calls[at - 2]) : string.Empty)).SelectMany(same => new[] { same.First(), same.Last() }).ToHashSet();
        var sample = all.Where(strike => alike.Contains(strike.At)).ToList();
        var (vital, others) = (sample.Where(strike => IsVital(calls[strike.At - 1])).ToList(), sample.Where(strike => !IsVital(calls[strike.At - 1])).ToList());
        return [.. Some(vital, Math.Max(Points * 3 / 4, Points - others.Count)), .. Some(others, Math.Max(Points / 4, Points - vital.Count))];
    }

    // What is done to people, and what says that it was.
    private static bool IsVital(string call) => call.StartsWith("provider ", StringComparison.Ordinal) || call.StartsWith("commit Threads ", StringComparison.Ordinal) || call.StartsWith("commit Contacts k|", StringComparison.Ordinal);

    /// <summary>Evenly over all of them; the ways in which a call goes wrong take turns.</summary>
    private static IEnumerable<T> Some<T>(List<T> all, int most) =>
        Enumerable.Range(0, Math.Min(most, all.Count)).Select(i => all[(int)((long)i * all.Count / Math.Min(most, all.Count))]);

    /// <summary>The call after a fault, one in the middle of the recovery, its last, and the next by which somebody may be messaged.</summary>
    private static IEnumerable<Strike> Seconds(Strike first, IReadOnlyList<string> calls)
    {
        var vital = Enumerable.Range(first.At + 1, Math.Max(0, calls.Count - first.At)).FirstOrDefault(at => IsVital(calls[at - 1]));
        int[] places = [first.At + 1, (first.At + calls.Count + 1) / 2, calls.Count, vital];
        return places.Distinct().Where(at => at > first.At && at <= calls.Count).Select(at => (first with { At = at }).On(calls[at - 1])).OfType<Strike>();
    }

    private static Task ForEachAsync(IEnumerable<Strike[]> points, Func<Strike[], Task> play) =>
        Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (strikes, _) => await play(strikes));

    private static string Kind(string call) => Names().Replace(call, "…");

    /// <returns>The calls that there were.</returns>
    private async Task<IReadOnlyList<string>> CompareAsync(CampaignEnding undisturbed, Strike[] strikes)
    {
        try
        {
            var ending = await PlayAsync(strikes);
            Interlocked.Increment(ref _points);
            if (ending.ByHand) Interlocked.Increment(ref _byHand);
            var what = string.Join(", then ", strikes.Select(strike => $"{strike.Fault} at {strike.At}: {ending.Calls.ElementAtOrDefault(strike.At - 1)}"));
            if (ending.ByHand && !strikes.Any(strike => IsCutOff(ending.Plan, strike))) _failures.Enqueue($"{what}: a person had to have it sent again.");
            if (undisturbed.State != ending.State) _failures.Enqueue($"{what}\n{Difference(undisturbed.State, ending.State)}");
            return ending.Calls;
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{string.Join(", then ", (IEnumerable<Strike>)strikes)}: {e}");
            return [];
        }
    }

    /// <summary>Whether somebody was claimed when it went wrong, and the provider was not called yet, or did not hear it.</summary>
    private static bool IsCutOff(FaultPlan plan, Strike strike)
    {
        var (open, calls, end) = (0, plan.Calls, plan.Deaths.FirstOrDefault(death => death >= strike.At, strike.At));
        for (var at = 1; at <= end && at <= calls.Count; at++)
        {
            var isDone = at != strike.At || strike.Fault is not (Fault.DiesBefore or Fault.Unavailable);
            if (!isDone) continue;
            if (calls[at - 1] == FaultyBatches.Send) open = 0;
            else if (calls[at - 1] == FaultySender.Send) open--;
            else if (calls[at - 1].StartsWith("commit Threads d|", StringComparison.Ordinal)) open++;
        }

        return open > 0;
    }

    private async Task<CampaignEnding> PlayAsync(params IReadOnlyList<Strike> strikes)
    {
        if (!_lanes.TryTake(out var lane)) lane = await Lane.StartAsync(null, null);
        var isSound = false;
        try
        {
            var ending = await PlayAsync(await CampaignStage.MakeAsync(lane.Next().Workspace, scenario.Apart ? Math.Min(Contacts, 8) : Contacts, scenario.Apart), new FaultPlan(strikes));
            isSound = lane.Stages < MostStages && !ending.State.Contains("not over", StringComparison.Ordinal);
            return ending;
        }
        finally
        {
            // What an unsound one has left behind would go on in the next one's time.
            if (isSound) _lanes.Add(lane);
            else await lane.DisposeAsync();
        }
    }

    private async Task<CampaignEnding> PlayAsync(CampaignStage stage, FaultPlan plan)
    {
        await scenario.Arrange(stage);
        stage.Workspace.Suffer(plan);
        await scenario.Act(stage);
        await stage.PassAsync();
        stage.Workspace.Suffer(null);
        await stage.Workspace.ReviveAsync();
        var byHand = await HaveSentAgainAsync(stage);
        await stage.DrainAllAsync();
        return new CampaignEnding(await CampaignSnapshot.TakeAsync(stage), plan, byHand);
    }

    /// <summary>What a death kept from being sent is told as failed, and not repeated by itself; then it has not arrived, and a person has it sent.</summary>
    private static async Task<bool> HaveSentAgainAsync(CampaignStage stage)
    {
        if (await stage.RunAsync() is not { } run) return false;
        CampaignSnapshot.AddsUp((await stage.Workspace.GetAsync($"/api/campaign-runs/{run.Id}")).GetProperty("progress"));
        var failed = (await stage.Workspace.ListAsync($"/api/campaign-runs/{run.Id}/recipients?state=failed&reason=not-sent")).Select(one => one.Word("contactId")).ToList();
        foreach (var person in stage.People.Where(person => failed.Contains(person.Id)))
        {
            Assert.DoesNotContain(stage.Workspace.Twilio.Received(person.Phone), text => text.Text.Contains("新品", StringComparison.Ordinal));
            Assert.Empty(stage.Workspace.Mailgun.Received(person.Mailbox));
        }

        if (failed.Count == 0) return false;
        await stage.ControlAsync("retry-failed");
        await stage.PassAsync();
        return true;
    }

    private static string Difference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        return string.Join('\n', before.Except(after).Select(line => $"  - {line}").Concat(after.Except(before).Select(line => $"  + {line}")).DefaultIfEmpty($"  the same lines in another number:\n{actual}"));
    }

    [GeneratedRegex(@"[0-9A-Za-z_]{16,}|[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
