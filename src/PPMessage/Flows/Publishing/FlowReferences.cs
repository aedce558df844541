using PPMessage.Agents;
using PPMessage.Agents.Teams;
using PPMessage.Channels;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Steps;

namespace PPMessage.Flows.Publishing;

/// <summary>Whether what a definition names is there: channels, agents, teams, other flows. It reads the store, not the caches, for most of it. Thread-safe.</summary>
internal sealed class FlowReferences(FlowStore flows, FlowLibrary library, ChannelStore channels, ChannelKinds kinds, AgentStore agents, TeamStore teams)
{
    private readonly FlowStore _flows = flows;
    private readonly FlowLibrary _library = library;
    private readonly ChannelStore _channels = channels;
    private readonly ChannelKinds _kinds = kinds;
    private readonly AgentStore _agents = agents;
    private readonly TeamStore _teams = teams;

    /// <summary>By place; none: all of it is there.</summary>
    public async Task<IDictionary<string, string[]>> MistakesAsync(FlowDefinition flow, CancellationToken cancellation)
    {
        var look = new Look(this, flow, cancellation);
        await look.AtTriggerAsync();
        foreach (var step in flow.Steps.Values) await look.AtStepAsync(step);
        return look.Mistakes;
    }

    /// <summary>One definition's.</summary>
    private sealed class Look(FlowReferences all, FlowDefinition flow, CancellationToken cancellation)
    {
        private readonly Dictionary<string, bool> _knownTeams = [];

        private HashSet<string>? _knownAgents;
        private FlowShelf? _shelf;

        public Dictionary<string, string[]> Mistakes { get; } = [];

        public async Task AtTriggerAsync()
        {
            var (kind, id) = (flow.Trigger.ChannelKind, flow.Trigger.ChannelId);
            Kind("trigger.channelKind", kind);
            if (id is null) return;
            var channel = (await all._channels.FindAsync(id, cancellation))?.Channel;
            if (channel is null or { Archived: true }) Refuse("trigger.channelId", channel is null ? $"there is no channel {id}" : $"the channel {id} is archived");
            else if (kind is not null && channel.Kind != kind) Refuse("trigger.channelId", $"the channel {id} is of the kind {channel.Kind}, not {kind}");
        }

        public async Task AtStepAsync(Step step)
        {
            var place = $"steps.{step.Name}";
            if ((step as SendStep)?.Speech is { } said) await SpeechAsync(place, said);
            if ((step as AskStep)?.Speech is { } asked) await SpeechAsync(place, asked);
            if (step is AssignStep assign)
            {
                await AgentAsync($"{place}.agentId", assign.AgentId);
                await TeamAsync($"{place}.teamId", assign.TeamId);
            }

            if (step is SubflowStep call) await SubflowAsync($"{place}.flowId", call.FlowId);
        }

        private async Task SpeechAsync(string place, Speech speech)
        {
            Kind($"{place}.channelKind", speech.ChannelKind);
            await AgentAsync($"{place}.agentId", speech.AgentId);
        }

        private void Kind(string place, string? kind)
        {
            var known = all._kinds.All.Select(serves => serves.Split('/')[^1]).Distinct().Order(StringComparer.Ordinal).ToList();
            if (kind is not null && !known.Contains(kind)) Refuse(place, $"there is no kind of channel '{kind}': it may be {string.Join(", ", known)}");
        }

        private async Task AgentAsync(string place, string? id)
        {
            if (id is null) return;
            _knownAgents ??= [.. (await all._agents.AllAsync(cancellation)).Select(stored => stored.Agent.Id)];
            if (!_knownAgents.Contains(id)) Refuse(place, $"there is no agent {id}");
        }

        private async Task TeamAsync(string place, string? id)
        {
            if (id is null) return;
            if (!_knownTeams.TryGetValue(id, out var exists)) _knownTeams[id] = exists = await all._teams.FindAsync(id, cancellation) is not null;
            if (!exists) Refuse(place, $"there is no team {id}");
        }

        private async Task SubflowAsync(string place, string id)
        {
            _shelf ??= await all._flows.ShelfAsync(cancellation);
            if (id == flow.FlowId) Refuse(place, $"the flow calls itself ({id})");
            else if (!_shelf.Flows.TryGetValue(id, out var called)) Refuse(place, $"there is no flow {id}");
            else if (called.Published is null) Refuse(place, $"the flow {id} '{called.Name}' was never published: publish it first");
            else if (flow.FlowId.Length > 0 && await RingAsync(id, []) is { } ring) Refuse(place, $"the flow would call itself: {string.Join(" → ", ring.Prepend(flow.FlowId))}");
        }

        /// <summary>From there back to this flow; null: nothing leads there.</summary>
        private async Task<IEnumerable<string>?> RingAsync(string from, HashSet<string> seen)
        {
            if (from == flow.FlowId) return [from];
            if (!seen.Add(from) || _shelf!.Flows.GetValueOrDefault(from)?.Published is not { } version) return null;
            foreach (var called in (await all._library.FindAsync(from, version, cancellation))?.Subflows ?? [])
                if (await RingAsync(called, seen) is { } rest) return rest.Prepend(from);
            return null;
        }

        private void Refuse(string place, string message) => Mistakes.TryAdd(place, [message]);
    }
}
