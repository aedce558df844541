using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>Starts runs that no message starts.</summary>
internal sealed class RunStarter(RunStore runs, ThreadKeys keys, ChannelDirectory channels, ChannelKinds kinds, IEnumerable<IWorkHandler> handlers)
{
    public async Task<(string? RunId, string? Refusal)> StartAsync(
        FlowDefinition flow, Contact contact, TriggerWord trigger, string? channelKind, IReadOnlyDictionary<string, JsonElement> variables, string ulid, CancellationToken cancellation)
    {
        foreach (var kind in channelKind is null ? kinds.All.Select(serves => serves.Split('/')[^1]) : [channelKind])
            if (await channels.ActiveAsync(kind, cancellation) is { } channel && contact.First(kinds.Reached(channel)) is { } address)
            {
                var id = RunKeys.Id(ulid, await keys.OfAsync(channel.Id, new Address(kinds.Reached(channel), address), cancellation));
                var work = new RunWork(id, null, new RunStart(flow.FlowId, flow.Version, contact.Id, Triggers.Word(trigger), null, channel.Id, address, variables));
                await handlers.OfType<RunWorkHandler>().Single().HandleAsync(JsonSerializer.SerializeToElement(work, FlowJson.Default.RunWork), cancellation);
                return (id, null);
            }

        return (null, "The contact has no address that an active channel reaches.");
    }

    public async Task<string?> RetryAsync(string runId, CancellationToken cancellation) => await runs.FindAsync(runId, cancellation) is { State: RunState.Failed } ? null : "Only failed runs can be tried again.";

    public async Task<string?> MigrateAsync(string runId, int version, CancellationToken cancellation) =>
        await runs.FindAsync(runId, cancellation) is { IsOver: false } && version > 0 ? null : "The run is over.";
}
