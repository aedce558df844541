using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Simulation;
using PPMessage.Http;

namespace PPMessage.Flows.Publishing;

/// <param name="Force">Also where a test case of the flow's own fails.</param>
/// <param name="Replace">See <see cref="FlowSwitch"/>.</param>
internal sealed record PublishOrder(string? Note, bool Force, bool Replace);

/// <summary>
/// Makes the draft a version that new runs get. Order: version row (insert-if-absent) → flow and trigger in one commit. Dying in between leaves a version that nobody
/// refers to; a repetition under the same key finds and uses it. Thread-safe.
/// </summary>
internal sealed class Publish(FlowStore store, FlowCheck check, FlowTests tests, FlowSwitch switches, TimeProvider time)
{
    public async Task<Outcome> RunAsync(Caller caller, string id, PublishOrder order, RequestScope scope, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found) return Outcome.Refused(FlowSwitch.None());
        if (await store.DraftAsync(id, cancellation) is not { } draft) return Outcome.Refused(Problems.Conflict("The flow has no draft: save one first (PUT /api/flows/{id}/draft)."));
        var text = new FlowText(draft.Text.Definition, scope.CreatedAt, caller.Key, order.Note) { Request = scope.NewUlid() };
        var hash = DefinitionText.Hash(text.Definition);
        if (found.Flow.PublishedHash == hash && found.Flow.Published is { } version) return await AgainAsync(id, version, text, cancellation);
        var (definition, problem) = await CheckedAsync(id, text.Definition, order, cancellation);
        problem ??= definition is null ? null : await TakenAsync(id, definition, order, cancellation);
        if (problem is not null) return Outcome.Refused(problem);
        var number = await store.AddVersionAsync(id, found.Flow.LastVersion + 1, text, cancellation);
        var (flow, refusal) = await switches.CommitAsync(caller, "flow.published", id, order.Replace, flow => Decide(flow, found.Flow, definition!, number, hash, caller), cancellation);
        if (flow is null) return Outcome.Refused(refusal!);
        // Somebody else published the same at the same time: as if he had come first.
        return flow.Published is { } there && there != number ? await AgainAsync(id, there, text, cancellation) : Published(flow);
    }

    /// <summary>An earlier try of this very request has done it; for everybody else there is nothing to do.</summary>
    private async Task<Outcome> AgainAsync(string id, int version, FlowText text, CancellationToken cancellation)
    {
        var there = await store.VersionAsync(id, version, cancellation);
        return there?.Request == text.Request && (await store.ShelfAsync(cancellation)).Flows.GetValueOrDefault(id) is { } flow
            ? Published(flow)
            : Outcome.Refused(Problems.Conflict($"The draft says what version {version} says, which is published: there is nothing to publish."));
    }

    private async Task<(FlowDefinition? Definition, IResult? Problem)> CheckedAsync(string id, JsonElement json, PublishOrder order, CancellationToken cancellation)
    {
        var (definition, mistakes, _) = await check.OfAsync(id, json, cancellation);
        if (definition is null) return (null, Problems.Invalid(mistakes));
        if (order.Force) return (definition, null);
        var failed = (await tests.RunAsync(definition, cancellation)).Where(result => !result.Passed).ToList();
        if (failed.Count == 0) return (definition, null);
        var why = string.Join("; ", failed.Select(result => $"'{result.Name}' ({string.Join(", ", result.Failures)})"));
        return (definition, Problems.Unprocessable($"Test cases of the flow fail: {why}. Mend the flow or the cases, or publish with force: true."));
    }

    /// <summary>Looked at before a version is written in vain; the commit decides.</summary>
    private async Task<IResult?> TakenAsync(string id, FlowDefinition definition, PublishOrder order, CancellationToken cancellation)
    {
        var shelf = await store.ShelfAsync(cancellation);
        var starts = shelf.Flows.GetValueOrDefault(id) is { } flow && (flow.Started || flow.Published is null);
        return starts && !order.Replace ? FlowSwitch.Taken(shelf, id, definition.Trigger.Slot) : null;
    }

    /// <param name="before">As it was read before its draft.</param>
    private FlowDecision Decide(Flow flow, Flow before, FlowDefinition definition, int number, string hash, Caller caller)
    {
        if (flow.PublishedHash == hash && flow.Published is not null) return FlowDecision.Nothing;
        // Somebody published while this was on its way: what came later stays.
        if (flow.Published is not null && flow.LastVersion >= number)
            return new FlowDecision(null, false, Problems.Conflict($"Somebody else published version {flow.LastVersion} at the same time, and it stays. Read the flow, and publish again if the draft is right."));
        var after = Of(flow, definition, number, hash, caller.Key, time.GetUtcNow()) with { LastVersion = number, Unpublished = Unpublished(flow, number) };
        // Whoever saved this draft may have died before the flow learnt of it; who saves a later one has yet to tell.
        if (flow.DraftHash == before.DraftHash) after = after with { DraftHash = hash };
        return new FlowDecision(after, flow.Started || flow.Published is null);
    }

    /// <summary>The flow with this version as its published one.</summary>
    public static Flow Of(Flow flow, FlowDefinition definition, int number, string hash, string by, DateTimeOffset at) => flow with
    {
        Name = definition.Name,
        Trigger = TriggerSummary.Of(definition.Trigger),
        Published = number,
        PublishedAt = at,
        PublishedBy = by,
        PublishedHash = hash,
        UpdatedAt = at,
        Version = flow.Version + 1,
    };

    /// <summary>Numbers below it that others have written a version under, and lost the race, or died: they never become versions.</summary>
    private static IReadOnlyList<int>? Unpublished(Flow flow, int number) =>
        number == flow.LastVersion + 1 ? flow.Unpublished : [.. flow.Unpublished ?? [], .. Enumerable.Range(flow.LastVersion + 1, number - flow.LastVersion - 1)];

    private static Outcome Published(Flow flow) => Outcome.Of(Answer.Ok(flow.Version, FlowView.Of(flow), FlowsApiJson.Default.FlowView));
}
