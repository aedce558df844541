using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows.Publishing;

/// <summary>What is to become of a flow.</summary>
/// <param name="After">Null: nothing changes.</param>
/// <param name="Starts">Whether it is started from then on.</param>
/// <param name="Refusal">Null: it can be done.</param>
internal sealed record FlowDecision(Flow? After, bool Starts, IResult? Refusal = null)
{
    public static readonly FlowDecision Nothing = new(null, false);
}

/// <summary>
/// Changes flows together with the triggers that they are started for: one commit, decided anew whenever somebody else was first. At most one flow is started for a trigger;
/// another flow of an admin's is stopped by it only when that is asked for. Thread-safe.
/// </summary>
internal sealed class FlowSwitch(FlowStore store, FlowLibrary library, AuditLog audit)
{
    private const int Tries = 8;

    /// <param name="replace">Whether the flow that is started for the trigger may be stopped by it.</param>
    /// <param name="decide">Is given the flow as it is.</param>
    /// <returns>The flow as it is then, or why nothing was done.</returns>
    public async Task<(Flow? Flow, IResult? Problem)> CommitAsync(
        Caller caller, string action, string id, bool replace, Func<Flow, FlowDecision> decide, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            // The row first: what it is decided on is then never older than the ETag.
            if (await store.FindAsync(id, cancellation) is not { } stored) return (null, None());
            var shelf = await store.ShelfAsync(cancellation);
            if (!shelf.Flows.TryGetValue(id, out var before)) continue;
            var decision = decide(before);
            if (decision.Refusal is { } refusal) return (null, refusal);
            if (decision.After is null) return (before, null);
            var after = decision.After with { Started = decision.Starts };
            var slot = decision.Starts ? after.Trigger?.Slot : null;
            if (!replace && Taken(shelf, id, slot) is { } taken) return (null, taken);
            if (!await store.ReplaceAsync(stored, after, [.. shelf.Moving(after, before.Trigger?.Slot, slot)], cancellation)) continue;
            await ToldAsync(caller, action, before, after, Other(shelf, id, slot));
            return (after, null);
        }

        return (null, Busy());
    }

    /// <summary>Starts or stops a flow that comes with the program.</summary>
    /// <inheritdoc cref="CommitAsync"/>
    public async Task<(Flow? Flow, IResult? Problem)> SwitchAsync(Caller caller, string id, bool starts, bool replace, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            var shelf = await store.ShelfAsync(cancellation);
            var (flow, slot) = (shelf.Flows[id], shelf.Flows[id].Trigger!.Slot!);
            if (flow.Started == starts) return (flow, null);
            if (starts && !replace && Taken(shelf, id, slot) is { } taken) return (null, taken);
            // Where another one is started, or nothing at all, a row says so; where none does, it is this one.
            var there = shelf.Slots.GetValueOrDefault(slot);
            if (!await store.SwitchAsync([new SlotChange(slot, there?.ETag, null, IsGivenUp: starts)], cancellation)) continue;
            var after = flow with { Started = starts };
            await ToldAsync(caller, starts ? "flow.started" : "flow.stopped", flow, after, starts ? Other(shelf, id, slot) : null);
            return (after, null);
        }

        return (null, Busy());
    }

    /// <summary>That another flow of an admin's is started for it; null: none is.</summary>
    public static IResult? Taken(FlowShelf shelf, string id, string? slot) => Other(shelf, id, slot) is { } other
        ? Problems.Conflict($"{other.Id} '{other.Name}' is started for {For(slot!)}: stop it first, or do this with replace: true.")
        : null;

    public static IResult None() => Problems.NotFound("There is no such flow.");

    private static Flow? Other(FlowShelf shelf, string id, string? slot) => slot is not null && shelf.InSlot(slot) is { BuiltIn: false } other && other.Id != id ? other : null;

    private static string For(string slot) => slot.Split('|') switch
    {
        [var on, Triggers.AnyChannel] => on,
        [var on, var place] => $"{on} ({place})",
        _ => slot,
    };

    private async Task ToldAsync(Caller caller, string action, Flow before, Flow after, Flow? stopped)
    {
        library.Forget();
        await audit.WriteAsync(caller.Key, action, after.Id, after.Name, FlowAudit.Between(before, after));
        if (stopped is not null) await audit.WriteAsync(caller.Key, "flow.stopped", stopped.Id, $"replaced by {after.Id}", FlowAudit.Between(stopped, stopped with { Started = false }));
    }

    private static IResult Busy() => Problems.Conflict("Others change this flow, or what is started for its trigger, at the same time: try again.");
}
