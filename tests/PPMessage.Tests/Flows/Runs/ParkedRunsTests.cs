using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Tests.Workspaces;
using PPMessage.Work;
using Xunit;

namespace PPMessage.Tests.Flows.Runs;

/// <summary>Alone: what it measures is the whole process's memory.</summary>
[Collection<RunsAlone>]
public sealed class ParkedRunsTests
{
    private const int Runs = 10_000;
    private const int AtOnce = 16;

    private const string Waits = """
        {"name":"Waits","trigger":{"on":"api"},"variables":{"woken":0},"start":"wait","steps":{
          "wait":{"type":"wait","for":"P7D","next":"woken"},
          "woken":{"type":"set","variables":{"woken":1},"next":null}}}
        """;

    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromHours(2);

    // A run that waits is a row and a queue message, and nothing in the process. What is left over is what the store and the runtime keep warm: measured at 2 to 6 MB. Kept in
    // memory, 10,000 runs would be more than 30 MB.
    private const long MostMemory = 16_000_000;

    [Fact]
    public async Task Ten_thousand_runs_wait_for_a_week_and_each_wakes_once_when_it_is_due()
    {
        await using var workspace = await Workspace.StartAsync();
        var flow = await workspace.PublishAsync(Waits);
        await StartAsync(workspace, flow, Runs / 10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await StartAsync(workspace, flow, Runs - (Runs / 10));
        var parked = GC.GetTotalMemory(forceFullCollection: true) - before;
        var began = workspace.Time.GetUtcNow();

        // Nothing moves for as long as a queue can hide it; then each looks, sees that it is too early, and goes on waiting.
        workspace.Time.Advance(TimeSpan.FromDays(6) - (Runs * BetweenStarts) - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await WorkAsync(workspace));
        var (most, hops) = (parked, 0);
        for (var passed = TimeSpan.Zero; passed < (Runs * BetweenStarts) + Step; passed += Step) hops += await StepAsync(workspace);
        Assert.Equal(Runs, hops);
        var waiting = await workspace.RunEntriesAsync();
        Assert.All(waiting, entry => Assert.Equal((RunState.Waiting, 1), (entry.State, entry.Transitions)));

        var woken = 0;
        while (workspace.Time.GetUtcNow() < began + TimeSpan.FromDays(7) + Step)
        {
            woken += await StepAsync(workspace);
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(Runs, woken);
        AssertOnTime(waiting.ToDictionary(entry => entry.RunId, entry => entry.Due!.Value), await workspace.RunEntriesAsync());
        Console.WriteLine($"parked runs: {Runs} took {parked / 1024} KiB while they waited, {most / 1024} KiB at most");
        Assert.InRange(most, long.MinValue, MostMemory);
    }

    // The step in which it was due, not the one before and none later: so they wake in the order of their due times.
    private static void AssertOnTime(IReadOnlyDictionary<string, DateTimeOffset> due, IReadOnlyList<RunEntry> entries)
    {
        Assert.Equal(Runs, due.Count);
        Assert.True(due.Values.Distinct().Count() > Runs / AtOnce, "They are due at different times.");
        Assert.Equal(Runs, entries.Count);
        Assert.All(entries, entry =>
        {
            Assert.Equal((RunState.Completed, 2, 1, 1), (entry.State, entry.Transitions, entry.Counts["wait:elapsed"], entry.Counts["woken:done"]));
            Assert.InRange(entry.UpdatedAt - due[entry.RunId], TimeSpan.Zero, Step);
        });
    }

    private static Task StartAsync(Workspace workspace, string flow, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, cancellation) => await StartAsync(workspace, flow, cancellation));

    private static async Task StartAsync(Workspace workspace, string flow, CancellationToken cancellation)
    {
        workspace.Time.Advance(BetweenStarts);
        var (services, now) = (workspace.Services, workspace.Time.GetUtcNow());
        var contact = new Contact { Id = ContactKeys.NewId(Ids.NewUlid(now)), FirstSeenAt = now, CreatedAt = now, UpdatedAt = now };
        await services.GetRequiredService<ContactStore>().InsertAsync(contact, cancellation);
        var thread = await services.GetRequiredService<ThreadKeys>().OfAsync("contact", new Address(AddressKind.External, contact.Id), cancellation);
        var start = new RunStart(flow, 1, contact.Id, "api", null, null, null, new Dictionary<string, JsonElement>());
        Assert.True(await services.GetRequiredService<RunWorkHandler>().BeginAsync(RunKeys.Id(Ids.NewUlid(now), thread), start, cancellation));
    }

    private static async Task<int> StepAsync(Workspace workspace)
    {
        workspace.Time.Advance(Step);
        return await WorkAsync(workspace);
    }

    /// <summary>As the pump does, several at once.</summary>
    /// <returns>How many messages came.</returns>
    private static async Task<int> WorkAsync(Workspace workspace)
    {
        var (count, store, runner) = (0, workspace.Services.GetRequiredService<IStore>(), workspace.Services.GetRequiredService<WorkRunner>());
        while (await workspace.Store.DequeueAsync(Queues.Work, 32, TimeSpan.FromMinutes(1), default) is { Count: > 0 } messages)
        {
            await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (message, cancellation) =>
            {
                Assert.True(await runner.RunAsync(message.Text, message.DequeueCount, cancellation));
                Assert.True(await store.DeleteAsync(Queues.Work, message.Receipt, cancellation));
            });
            count += messages.Count;
        }

        return count;
    }
}
