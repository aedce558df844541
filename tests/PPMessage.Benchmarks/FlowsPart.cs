using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Storage.Embedded;

namespace PPMessage.Benchmarks;

/// <summary>How many texts a second a flow answers, and how many steps a second it takes; the provider is played by <see cref="QuickTwilio"/>.</summary>
internal static class FlowsPart
{
    private const int RunsAtOnce = 32;
    private const int Runs = 5_000;
    private const int Contacts = 1_000;
    private const int Each = 200;

    public static async Task RunAsync(Choice choice)
    {
        await StartsAsync(choice);
        await StepsAsync(choice.Rounds);
    }

    private static async Task StartsAsync(Choice choice)
    {
        await using var place = new EmbeddedPlace();
        using var twilio = new QuickTwilio();
        await using var head = await FlowDoor.StartAsync(place, twilio.BaseUrl, BenchFlows.Answer);
        var workspace = await Workspace.MakeAsync(head);
        await InboundPart.RunAsync(place, choice, Traffic.FlowStarts, workspace);
        Console.WriteLine($"{twilio.Sent} answers were sent.");
        Table.Head("Storage operations of a flow start with a condition and an automatic answer", "path", "operations", "budget");
        var load = new InboundLoad(Each) { Begin = 500_000_000 };
        await OperationsPart.CountAsync(head, "inbound SMS, new sender", 8 + 2, () => LoadClient.RunAsync(head.Port, [.. load.First().Select(workspace.Inbound)], 1));
        await OperationsPart.CountAsync(head, "inbound SMS, known sender", 6 + 2 + 1, () => LoadClient.RunAsync(head.Port, [.. load.Known(Each).Select(workspace.Inbound)], 1));
    }

    /// <summary>Runs by hand, in this process: what the API does behind its door.</summary>
    private static async Task StepsAsync(int rounds)
    {
        await using var place = new EmbeddedPlace();
        await using var store = new EmbeddedStore(place.AppDirectory, TimeProvider.System);
        var recorded = new RecordedStore(store);
        await using var services = new ServiceCollection().AddLogging().AddPPMessage(new ConfigurationBuilder().Build(), underFunctionsHost: false)
            .AddSingleton<IStore>(new GuardedStore(recorded)).BuildServiceProvider();
        var id = await FlowDoor.PutAsync(store, BenchFlows.Long);
        var flow = await services.GetRequiredService<FlowLibrary>().PublishedAsync(id, default) ?? throw new InvalidOperationException("The flow is not there.");
        var contacts = await MakeContactsAsync(services.GetRequiredService<ContactStore>());
        var starter = services.GetRequiredService<RunStarter>();
        Table.Head($"A flow of {BenchFlows.LongSteps} steps (set, branch, match, split), by hand, embedded store, {RunsAtOnce} at once", "round", "runs/s", "steps/s", "CPU µs/step", "operations a run", "operations a step");
        for (var round = 1; round <= rounds; round++)
        {
            recorded.Calls.Clear();
            var (begin, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = RunsAtOnce }, async (i, cancellation) => await StartAsync(starter, flow, contacts[i % Contacts], cancellation));
            var rate = Runs / Stopwatch.GetElapsedTime(begin).TotalSeconds;
            var operations = recorded.Calls.Count / (double)Runs;
            var each = InboundPart.Each(Environment.CpuUsage.TotalTime - cpu, Runs * BenchFlows.LongSteps);
            Table.Row($"{round}", Table.Number(rate), Table.Number(rate * BenchFlows.LongSteps), Table.Number(each, 1), Table.Number(operations, 2), Table.Number(operations / BenchFlows.LongSteps, 2));
        }

        await CheckAsync(store, id, rounds * Runs);
    }

    private static async Task StartAsync(RunStarter starter, FlowDefinition flow, Contact contact, CancellationToken cancellation)
    {
        var (_, refusal) = await starter.StartAsync(flow, contact, TriggerWord.Api, null, new Dictionary<string, JsonElement>(), Ids.NewUlid(TimeProvider.System.GetUtcNow()), cancellation);
        if (refusal is not null) throw new InvalidOperationException(refusal);
    }

    private static async Task<List<Contact>> MakeContactsAsync(ContactStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        var contacts = Enumerable.Range(0, Contacts).Select(i => new Contact { Id = ContactKeys.NewId(Ids.NewUlid(now)), Name = $"Contact {i}", FirstSeenAt = now, CreatedAt = now, UpdatedAt = now }).ToList();
        foreach (var contact in contacts) await store.InsertAsync(contact, default);
        return contacts;
    }

    private static async Task CheckAsync(EmbeddedStore store, string flow, int expected)
    {
        var runs = new List<RunEntry>();
        foreach (var shard in Enumerable.Range(0, 8)) runs.AddRange((await store.ReadAllAsync(Tables.Inbox, $"{shard}", RowRange.Prefix(RunIndex.Prefix(flow)), default)).Select(row => row.As(FlowJson.Default.RunEntry)));
        var completed = runs.Count(run => run.State == RunState.Completed && run.Counts.Values.Sum() == BenchFlows.LongSteps);
        Console.WriteLine(completed == expected ? $"\nAll {completed} runs are completed." : throw new InvalidOperationException($"{completed} of {expected} runs are completed."));
    }
}
