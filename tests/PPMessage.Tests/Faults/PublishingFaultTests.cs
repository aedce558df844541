using System.Text.Json;
using PPMessage.Tests.Flows;
using PPMessage.Tests.Workspaces;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>An admin saves a draft and publishes it, and a fault befalls each call to the store. Whatever goes wrong: the flow stays usable, and a repetition finds its way.</summary>
public sealed class PublishingFaultTests
{
    private const int MostTries = 6;

    // Until a request that died is believed to be dead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(61);

    [Fact]
    public async Task Publishing_loses_and_changes_nothing_whatever_goes_wrong()
    {
        await using var workspace = await Workspace.StartAsync();
        var undisturbed = await PlayAsync(workspace);
        Assert.Contains(undisturbed, call => call.StartsWith("commit Config fl_", StringComparison.Ordinal));
        var points = Enumerable.Range(1, undisturbed.Count).SelectMany(at => Enum.GetValues<Fault>().Select(fault => new Strike(at, fault).On(undisturbed[at - 1]))).OfType<Strike>().Distinct().ToList();
        foreach (var strike in points) await PlayAsync(workspace, strike);
        Console.WriteLine($"fault points tried: publish {points.Count} ({undisturbed.Count} calls undisturbed)");
    }

    private static async Task<IReadOnlyList<string>> PlayAsync(Workspace workspace, params IReadOnlyList<Strike> strikes)
    {
        var (id, plan) = (await workspace.PublishedAsync(Defined.Saying("一"), replace: true), new FaultPlan(strikes));
        workspace.Time.Advance(TimeSpan.FromSeconds(1));
        workspace.Suffer(plan);
        await UntilAsync(workspace, () => workspace.DraftAsync(id, Defined.Saying("二")));
        var done = await UntilAsync(workspace, () => workspace.PublishDraftAsync(id, key: $"publish-{id}"));
        workspace.Suffer(null);

        var what = string.Join(", ", strikes.Select(strike => $"{strike.Fault} at {strike.At}: {plan.Calls.ElementAtOrDefault(strike.At - 1)}"));
        var flow = await workspace.GetAsync($"/api/flows/{id}");
        var number = flow.GetProperty("published").GetProperty("version").GetInt32();
        Assert.True((done.Status, flow.Word("name"), flow.Flag("started"), flow.Flag("hasDraft")) is (200, "二", true, false), $"{what}: {done.Status} {flow.GetRawText()}");
        Assert.True(JsonElement.DeepEquals(Defined.Saying("二"), (await workspace.GetAsync($"/api/flows/{id}/versions/{number}")).GetProperty("definition")), what);
        Assert.True(JsonElement.DeepEquals(Defined.Saying("一"), (await workspace.GetAsync($"/api/flows/{id}/versions/1")).GetProperty("definition")), what);
        Assert.Equal(2, (await workspace.ListAsync($"/api/flows/{id}/versions")).Count);
        return plan.Calls;
    }

    private static async Task<Called> UntilAsync(Workspace workspace, Func<Task<Called>> call)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if (await call() is { Status: 200 } done) return done;
            }
            catch (HttpRequestException)
            {
                // It died.
            }

            Assert.True(i < MostTries, "It never came to an end.");
            await workspace.ReviveAsync();
            workspace.Time.Advance(Patience);
        }
    }
}
