using System.Text.Json;
using PPMessage.Storage;
using PPMessage.Tests.Webhooks;
using PPMessage.Tests.Workspaces;
using PPMessage.Webhooks;
using Xunit;

namespace PPMessage.Tests.Faults;

/// <summary>
/// Two beats of the clock with a text before each, and a fault at each call to the store and to the receiver. Whatever goes wrong: every change arrives, first in the order of
/// the feed, and what comes again comes with the same id and bytes.
/// </summary>
public sealed class WebhookFaultTests
{
    // Claims last half a minute, and a clock that has stopped is started within five.
    private const int MostMinutes = 8;

    [Fact]
    public async Task Delivering_loses_nothing_whatever_goes_wrong()
    {
        await using var workspace = await Workspace.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var hook = await workspace.HookAsync(receiver.Url);
        await PlayAsync(workspace, receiver, hook);
        var undisturbed = await PlayAsync(workspace, receiver, hook);
        Assert.Contains(FaultyReceiver.Call, undisturbed);
        var points = Enumerable.Range(1, undisturbed.Count).SelectMany(at => Enum.GetValues<Fault>().Select(fault => new Strike(at, fault).On(undisturbed[at - 1]))).OfType<Strike>().Distinct().ToList();
        foreach (var strike in points) await PlayAsync(workspace, receiver, hook, strike);
        Console.WriteLine($"fault points tried: webhook {points.Count} ({undisturbed.Count} calls undisturbed)");
    }

    private static async Task<IReadOnlyList<string>> PlayAsync(Workspace workspace, Receiver receiver, Called hook, params IReadOnlyList<Strike> strikes)
    {
        var (before, plan) = (receiver.All.Count, new FaultPlan(strikes));
        workspace.Time.Advance(TimeSpan.FromSeconds(11));
        var cursor = (await workspace.GetAsync("/api/events")).Word("next");
        await workspace.OpenAsync(Calls.NewPhone());
        workspace.Suffer(plan);
        await workspace.BeatAsync();
        await workspace.ReviveAsync();
        workspace.Suffer(null);
        await workspace.OpenAsync(Calls.NewPhone());
        workspace.Suffer(plan);
        await PassAsync(workspace, receiver, before, 4);
        workspace.Suffer(null);
        await workspace.ReviveAsync();

        var what = string.Join(", ", strikes.Select(strike => $"{strike.Fault} at {strike.At}: {plan.Calls.ElementAtOrDefault(strike.At - 1)}"));
        var got = receiver.All.Skip(before).ToList();
        var wanted = (await workspace.GetAsync($"/api/events?after={cursor}")).GetProperty("items").EnumerateArray().Select(Told).ToList();
        var told = got.SelectMany(one => one.Changes).DistinctBy(change => change.Word("changeId")).Select(Told).ToList();
        Assert.True(wanted.SequenceEqual(told), $"{what}\nwanted {string.Join(' ', wanted)}\ntold   {string.Join(' ', told)}");
        Assert.All(got.GroupBy(one => one.Id), same => Assert.Single(same.Select(one => one.Body).Distinct()));
        Assert.All(got.SelectMany(one => one.Changes.Select(change => (Change: change.Word("changeId"), one.Id))).Distinct().GroupBy(told => told.Change), ids => Assert.Single(ids));
        Assert.All(got, one => Assert.True(one.IsSignedWith(hook.Text("secret"))));
        Assert.True(strikes.Count > 0 || got.Count == 2, "Undisturbed, each is sent once.");
        return plan.Calls;
    }

    /// <summary>Beats, and every five minutes the timer that looks after the clock, until so many changes have come.</summary>
    private static async Task PassAsync(Workspace workspace, Receiver receiver, int before, int changes)
    {
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(MostMinutes); passed += TimeSpan.FromSeconds(10))
        {
            await workspace.BeatAsync(TimeSpan.FromSeconds(10));
            await workspace.ReviveAsync();
            if (receiver.All.Skip(before).SelectMany(one => one.Changes).Select(change => change.Word("changeId")).Distinct().Count() >= changes && IsSettled(await StoredAsync(workspace))) return;
            if (passed.TotalSeconds % 300 == 290) await WatchAsync(workspace);
        }
    }

    private static async Task<WebhookState> StoredAsync(Workspace workspace) =>
        (await new WebhookStore(workspace.Store).AllAsync(default)).All[0].State;

    private static bool IsSettled(WebhookState state) => state.Batch is null;

    private static async Task WatchAsync(Workspace workspace)
    {
        try
        {
            await workspace.WatchAsync();
        }
        catch (Exception e) when (e is StoreException or ProcessDiedException)
        {
            // The timer's next firing does it.
        }

        await workspace.ReviveAsync();
    }

    private static string Told(JsonElement change) => $"{change.Word("type")} {change.Word("conversationId")} {change.GetProperty("id")}";
}
