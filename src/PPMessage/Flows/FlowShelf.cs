using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows;

/// <summary>All flows at a moment, the built-in ones included, and which is started for what. Immutable.</summary>
internal sealed record FlowShelf(IReadOnlyDictionary<string, Flow> Flows, IReadOnlyDictionary<string, TakenSlot> Slots)
{
    public static FlowShelf Of(IEnumerable<Flow> stored, IEnumerable<TakenSlot> slots)
    {
        var taken = slots.ToDictionary(slot => slot.Slot);
        var flows = stored.Concat(BuiltInFlows.All.Select(one => one.Flow)).Select(flow => flow with { Started = IsStarted(flow, taken) });
        return new FlowShelf(flows.ToDictionary(flow => flow.Id), taken);
    }

    /// <summary>The flow that is started for a trigger's slot; null: none.</summary>
    public Flow? InSlot(string slot)
    {
        if (Slots.TryGetValue(slot, out var taken)) return taken.FlowId is null ? null : Flows.GetValueOrDefault(taken.FlowId);
        return BuiltInFlows.InSlot(slot) is { } builtIn ? Flows[builtIn] : null;
    }

    /// <summary>
    /// The flows that something may start, the closest first: the channel's, those of its kind, those of any kind. One that its condition keeps from starting leaves it to
    /// the next. A flow of an admin's for any kind comes before a built-in one of the kind.
    /// </summary>
    public IEnumerable<Flow> For(TriggerWord trigger, string? channelKind, string? channelId)
    {
        var places = new[] { channelId, channelKind, Triggers.AnyChannel }.OfType<string>().Select(place => InSlot($"{Triggers.Word(trigger)}|{place}")).OfType<Flow>();
        return places.OrderBy(flow => flow.BuiltIn);
    }

    /// <summary>What to write so that a flow is started for a slot, or for none.</summary>
    public IEnumerable<SlotChange> Moving(Flow flow, string? from, string? to)
    {
        if (from is not null && from != to && Slots.TryGetValue(from, out var left) && left.FlowId == flow.Id) yield return new SlotChange(from, left.ETag, null, IsGivenUp: true);
        if (to is not null && !(Slots.TryGetValue(to, out var there) && there.FlowId == flow.Id)) yield return new SlotChange(to, there?.ETag, flow.Id);
    }

    private static bool IsStarted(Flow flow, IReadOnlyDictionary<string, TakenSlot> taken)
    {
        if (flow.Published is null) return false;
        if (flow.Trigger?.Slot is not { } slot) return flow.Started;
        return taken.TryGetValue(slot, out var there) ? there.FlowId == flow.Id : flow.BuiltIn;
    }
}
