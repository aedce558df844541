using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Publishing;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary>
/// <c>/api/flows/{id}/draft</c>: what the next version will say. Any object is kept, whatever mistakes it has: work under way must not be lost. Its ETag is a hash of
/// its content.
/// </summary>
internal sealed class DraftsApi(FlowStore store, FlowLibrary library, FlowCheck check, AuditLog audit, TimeProvider time)
{
    private const int Tries = 8;

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is null) return None(id);
        return await store.DraftAsync(id, cancellation) is { } draft ? await OkAsync(context, id, draft.Text, cancellation) : NoDraft();
    }

    public async Task<IResult> PutAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadObjectAsync(context, DefinitionReader.LargestBytes, cancellation);
        if (!body.Ok(out var root, out var problem)) return problem;
        var definition = Bare(root.Value);
        if (DefinitionText.Mistake(definition) is var (place, message)) return Problems.Invalid(place, message);
        var text = new FlowText(definition, time.GetUtcNow(), context.Caller().Key, null);
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is null) return None(id);
            var there = await store.DraftAsync(id, cancellation);
            if (!ETags.Matches(context, there is null ? string.Empty : DefinitionText.Hash(there.Value.Text.Definition))) return Problems.Stale();
            if (!await store.PutDraftAsync(id, text, there?.ETag, cancellation)) continue;
            if (await FollowAsync(id, cancellation) is not { } flow) return Busy();
            await audit.WriteAsync(context.Caller().Key, "flow.draft_saved", id, flow.Name);
            return await OkAsync(context, id, text, cancellation);
        }

        return Busy();
    }

    // What GET answers can be put back as it is.
    private static JsonElement Bare(JsonElement body) =>
        !body.TryGetProperty("steps", out _) && body.TryGetProperty("definition", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : body;

    /// <summary>The definition in the body, or the draft.</summary>
    public async Task<IResult> ValidateAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadOptionalFieldsAsync(context, FlowsApi.BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var given = fields.Json("definition") is { ValueKind: not JsonValueKind.Null } json ? json : (JsonElement?)null;
        if (given is { } definition && DefinitionText.Mistake(definition) is var (place, message)) fields.Refuse(place == "$" ? "definition" : $"definition.{place}", message);
        if (fields.Problem() is { } mistakes) return mistakes;
        if (await store.FindAsync(id, cancellation) is null) return None(id);
        given ??= (await store.DraftAsync(id, cancellation))?.Text.Definition;
        if (given is null) return NoDraft();
        var told = await check.OfAsync(id, given.Value, cancellation);
        return TypedResults.Json(new FlowMistakes(told.Mistakes, told.Warnings), FlowsApiJson.Default.FlowMistakes);
    }

    /// <summary>The flow learns of its draft, whoever saved it last: its row is read before the draft.</summary>
    private async Task<Flow?> FollowAsync(string id, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(id, cancellation) is not { } found || await store.DraftAsync(id, cancellation) is not { } draft) return null;
            var definition = draft.Text.Definition;
            var name = found.Flow.Published is null ? DefinitionText.NameOf(definition) ?? found.Flow.Name : found.Flow.Name;
            var after = found.Flow with { Name = name, DraftHash = DefinitionText.Hash(definition), UpdatedAt = draft.Text.At };
            if (!await store.ReplaceAsync(found, after, [], cancellation)) continue;
            library.Forget();
            return after;
        }

        return null;
    }

    private async Task<IResult> OkAsync(HttpContext context, string id, FlowText text, CancellationToken cancellation)
    {
        var told = await check.OfAsync(id, text.Definition, cancellation);
        var view = new FlowDraftView(text.Definition, text.At, text.By, told.Mistakes, told.Warnings);
        return ETags.Ok(context, view, FlowsApiJson.Default.FlowDraftView, DefinitionText.Hash(text.Definition));
    }

    private static IResult None(string id) =>
        BuiltInFlows.Find(id) is null ? FlowSwitch.None() : Problems.Conflict("A built-in flow can't be changed: export it, import it as a flow of your own, and change that.");

    private static IResult NoDraft() => Problems.Conflict("The flow has no draft: save one first (PUT /api/flows/{id}/draft).");

    private static IResult Busy() => Problems.Conflict("Others change this flow at the same time: try again.");
}
