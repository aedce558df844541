using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Flows.BuiltIn;
using PPMessage.Http;

namespace PPMessage.Flows.Publishing;

/// <summary>What decides which version runs get, and whether there are any: publish, roll back, start, stop.</summary>
internal sealed class PublishingApi(FlowStore store, FlowCheck check, Publish publish, FlowSwitch switches, Idempotency idempotency, TimeProvider time)
{
    private const int LongestNote = 1000;

    public async Task<IResult> PublishAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadOptionalFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var order = new PublishOrder(fields.OptionalText("note", null, LongestNote), fields.Flag("force", false), fields.Flag("replace", false));
        if (fields.Problem() is { } mistakes) return mistakes;
        if (BuiltInFlows.Find(id) is not null) return BuiltIn();
        return await idempotency.RunAsync(context, body.Bytes, scope => publish.RunAsync(context.Caller(), id, order, scope, cancellation), cancellation);
    }

    /// <summary>An earlier version (or a later one) becomes the published one again. Versions never change, so it keeps its number.</summary>
    public async Task<IResult> RollbackAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var number = fields.Json("version") is { ValueKind: JsonValueKind.Number } json && json.TryGetInt32(out var version) ? version : 0;
        if (number < 1) fields.Refuse("version", "must be the number of a version");
        var replace = fields.Flag("replace", false);
        if (fields.Problem() is { } mistakes) return mistakes;
        if (BuiltInFlows.Find(id) is not null) return BuiltIn();
        if (await store.FindAsync(id, cancellation) is not { } found) return FlowSwitch.None();
        var text = found.Flow.HasVersion(number) ? await store.VersionAsync(id, number, cancellation) : null;
        if (text is null) return Problems.Invalid("version", $"there is no version {number} of this flow");
        var (definition, wrong) = await check.AgainAsync(id, text.Definition, cancellation);
        if (definition is null) return Problems.Unprocessable($"Version {number} can't be used any more: {string.Join("; ", wrong.Select(one => $"{one.Key} {one.Value[0]}"))}.");
        var hash = DefinitionText.Hash(text.Definition);
        return Shown(context, await switches.CommitAsync(context.Caller(), "flow.rolled_back", id, replace, flow => flow.Published == number
            ? FlowDecision.Nothing
            : new FlowDecision(Publish.Of(flow, definition, number, hash, context.Caller().Key, time.GetUtcNow()), flow.Started), cancellation));
    }

    public async Task<IResult> StartAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadOptionalFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var replace = fields.Flag("replace", false);
        return fields.Problem() ?? await SwitchAsync(context, id, starts: true, replace, cancellation);
    }

    /// <summary>Nothing starts runs any more. Those that are under way go on.</summary>
    public Task<IResult> StopAsync(HttpContext context, string id, CancellationToken cancellation) => SwitchAsync(context, id, starts: false, replace: false, cancellation);

    private async Task<IResult> SwitchAsync(HttpContext context, string id, bool starts, bool replace, CancellationToken cancellation)
    {
        if (BuiltInFlows.Find(id) is not null) return Shown(context, await switches.SwitchAsync(context.Caller(), id, starts, replace, cancellation));
        return Shown(context, await switches.CommitAsync(context.Caller(), starts ? "flow.started" : "flow.stopped", id, replace, flow => Decide(flow, starts), cancellation));
    }

    private FlowDecision Decide(Flow flow, bool starts)
    {
        if (flow.Started == starts) return FlowDecision.Nothing;
        return flow.Published is null
            ? new FlowDecision(null, false, Problems.Conflict("The flow was never published: publish it first, which starts it."))
            : new FlowDecision(flow with { UpdatedAt = time.GetUtcNow(), Version = flow.Version + 1 }, starts);
    }

    private static IResult Shown(HttpContext context, (Flow? Flow, IResult? Problem) done) =>
        done.Flow is { } flow ? ETags.Ok(context, FlowView.Of(flow), FlowsApiJson.Default.FlowView, flow.Version) : done.Problem!;

    private static IResult BuiltIn() => Problems.Conflict("A built-in flow can't be changed: export it, import it as a flow of your own, and publish that.");
}
