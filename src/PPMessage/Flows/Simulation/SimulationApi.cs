using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary><c>/api/flows/{id}/simulate</c> and <c>/test</c>: what a flow would do. Nothing is sent, nothing stored.</summary>
internal sealed class SimulationApi(FlowStore store, FlowLibrary library, AttributeDirectory attributes, Simulations simulations, FlowTests tests)
{
    // A definition, and what is to happen.
    private const int LargestBody = DefinitionReader.LargestBytes + Body.DefaultBytes;

    private const string InDraft = "draft";

    public async Task<IResult> SimulateAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, LargestBody, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        if (!await IsThereAsync(id, cancellation)) return None();
        var known = await attributes.KnownAsync(cancellation);
        var (script, version, inline) = (ScriptReader.Read(fields, known), VersionIn(fields), InlineIn(fields, known, out var wrong));
        var mistakes = fields.Mistakes();
        foreach (var (place, messages) in wrong) mistakes[$"definition.{place}"] = messages;
        if (mistakes.Count > 0) return Problems.Invalid(mistakes);
        var (flow, refusal) = inline is null ? await StoredAsync(id, version, known, cancellation) : (inline with { FlowId = id }, null);
        if (flow is null) return refusal!;
        var (played, mistake) = await simulations.PlayAsync(flow, script, cancellation);
        return mistake is null ? TypedResults.Json(played, SimulationJson.Default.SimulationView) : Problems.Invalid(mistake.Place, mistake.Message);
    }

    public async Task<IResult> TestAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (!await IsThereAsync(id, cancellation)) return None();
        var text = context.Request.Query["version"].ToString();
        int? version = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
        if (version is null && text.Length > 0) return Problems.Invalid("version", "must be a version's number");
        var (flow, refusal) = await StoredAsync(id, version, await attributes.KnownAsync(cancellation), cancellation);
        if (flow is null) return refusal!;
        var results = await tests.RunAsync(flow, cancellation);
        var passed = results.Count(result => result.Passed);
        return TypedResults.Json(new FlowTestsView(passed, results.Count - passed, results), SimulationJson.Default.FlowTestsView);
    }

    private async Task<bool> IsThereAsync(string id, CancellationToken cancellation) => BuiltInFlows.Find(id) is not null || await store.FindAsync(id, cancellation) is not null;

    private static int? VersionIn(Fields fields)
    {
        if (fields.Json("version") is not { ValueKind: not JsonValueKind.Null } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var version) && version > 0) return version;
        fields.Refuse("version", "must be a version's number, or null for the draft");
        return null;
    }

    private static FlowDefinition? InlineIn(Fields fields, KnownAttributes known, out IDictionary<string, string[]> mistakes)
    {
        mistakes = new Dictionary<string, string[]>();
        if (fields.Json("definition") is not { ValueKind: not JsonValueKind.Null } json) return null;
        if (fields.Json("version") is { ValueKind: not JsonValueKind.Null }) fields.Refuse("version", "goes without a definition: it names a stored one");
        return FlowLibrary.Read(json, known, out mistakes);
    }

    /// <summary>A version; or the draft, else what is published.</summary>
    private async Task<(FlowDefinition? Flow, IResult? Refusal)> StoredAsync(string id, int? version, KnownAttributes known, CancellationToken cancellation)
    {
        if (version is { } number)
            return await library.FindAsync(id, number, cancellation) is { } found ? (found, null) : (null, Problems.Unprocessable($"There is no version {number} of this flow that can be run."));
        if (await store.DraftAsync(id, cancellation) is not var (draft, _))
            return await library.PublishedAsync(id, cancellation) is { } published ? (published, null) : (null, Problems.Unprocessable("The flow has neither a draft nor a published version."));
        return FlowLibrary.Read(draft.Definition, known, out var mistakes) is { } flow
            ? (flow with { FlowId = id }, null)
            : (null, Problems.Invalid(mistakes.ToDictionary(mistake => $"{InDraft}.{mistake.Key}", mistake => mistake.Value)));
    }

    private static IResult None() => Problems.NotFound("There is no such flow.");
}

internal static class SimulationRoutes
{
    public static void MapSimulation(this IEndpointRouteBuilder routes)
    {
        var api = routes.ServiceProvider.GetRequiredService<SimulationApi>();
        var flows = routes.MapGroup("/api/flows").RequireAdmin();
        flows.MapPost("/{id}/simulate", api.SimulateAsync).Describe(SimulationOperations.Simulate);
        flows.MapPost("/{id}/test", api.TestAsync).Describe(SimulationOperations.Test);
    }
}
