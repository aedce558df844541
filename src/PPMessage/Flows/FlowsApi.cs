using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Flows.BuiltIn;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Publishing;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary><c>/api/flows</c>: making flows and finding them.</summary>
internal sealed class FlowsApi(FlowStore store, FlowLibrary library, FlowCheck check, Idempotency idempotency, AuditLog audit)
{
    /// <summary>They are read together, by every instance, every few seconds.</summary>
    public const int MostFlows = 500;

    /// <summary>A definition in a body that holds a little more.</summary>
    public const int BodyBytes = DefinitionReader.LargestBytes + 4096;

    private const int LongestName = 100;
    private const string NameRule = "must be a text of 1 to 100 characters";

    // How often a change is tried anew when others change the same flow at the same time.
    private const int Tries = 4;

    private static readonly string[] PartsOfDefinition = ["trigger", "start", "steps"];

    public async Task<IResult> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        if (!PageRequest.TryFrom(context, Flow.IdPrefix, out var page, out var problem)) return problem;
        var trigger = context.Request.Query["trigger"].ToString();
        if (trigger.Length > 0 && Triggers.Find(trigger) is null) return Problems.Invalid("trigger", $"must be one of: {string.Join(", ", Triggers.All)}");
        var left = (await store.ShelfAsync(cancellation)).Flows.Values.Where(flow => trigger.Length == 0 || flow.Trigger?.On == trigger)
            .OrderBy(flow => flow.Id, StringComparer.Ordinal).SkipWhile(flow => page.Cursor is not null && string.CompareOrdinal(flow.Id, page.Cursor) <= 0).ToList();
        var items = left.Take(page.Limit).Select(FlowView.Of).ToList();
        return TypedResults.Json(new Page<FlowView>(items, left.Count > items.Count ? items[^1].Id : null), FlowsApiJson.Default.PageFlowView);
    }

    public async Task<IResult> GetAsync(HttpContext context, string id, CancellationToken cancellation) =>
        (await store.ShelfAsync(cancellation)).Flows.GetValueOrDefault(id) is { } flow ? ETags.Ok(context, FlowView.Of(flow), FlowsApiJson.Default.FlowView, flow.Version) : FlowSwitch.None();

    public async Task<IResult> CreateAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var definition = fields.Json("definition") is { ValueKind: not JsonValueKind.Null } json ? json : (JsonElement?)null;
        if (definition is null) definition = Skeleton(fields.Text("name", null, LongestName));
        else if (fields.Has("name")) fields.Refuse("name", "goes without a definition only: that has a name of its own");
        if (DefinitionText.Mistake(definition.Value) is var (place, message)) fields.Refuse(place == "$" ? "definition" : $"definition.{place}", message);
        else if (fields.Has("definition") && DefinitionText.NameOf(definition.Value) is null) fields.Refuse("definition.name", NameRule);
        if (fields.Problem() is { } mistakes) return mistakes;
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), definition.Value, "flow.created", scope, cancellation), cancellation);
    }

    /// <summary>A file as <c>export</c> writes it, or the definition alone.</summary>
    public async Task<IResult> ImportAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadObjectAsync(context, BodyBytes, cancellation);
        if (!body.Ok(out var root, out var problem)) return problem;
        var definition = root.Value;
        if (definition.TryGetProperty("format", out _))
        {
            var fields = new Fields(definition);
            definition = OfFile(fields);
            if (fields.Problem() is { } mistakes) return mistakes;
        }

        else if (NoDefinition(definition) is { Count: > 0 } missing)
        {
            return Problems.Invalid(missing);
        }

        if (DefinitionText.Mistake(definition) is var (place, message)) return Problems.Invalid(place, message);
        return await idempotency.RunAsync(context, body.Bytes, scope => CreateAsync(context.Caller(), definition, "flow.imported", scope, cancellation), cancellation);
    }

    public async Task<IResult> DeleteAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (BuiltInFlows.Find(id) is not null) return Problems.Conflict("A built-in flow can't be deleted: stop it.");
        Flow? gone = null;
        for (var i = 0; i < Tries; i++)
        {
            // Gone after a try of ours: it took effect, and what came back was lost.
            if (await store.FindAsync(id, cancellation) is not { } found) return gone is null ? FlowSwitch.None() : await DeletedAsync(context, gone);
            if (!ETags.Matches(context, found.Flow.Version)) return Problems.Stale();
            var shelf = await store.ShelfAsync(cancellation);
            if (!shelf.Flows.TryGetValue(id, out gone)) continue;
            if (gone.Started) return Problems.Conflict($"The flow is started: stop it first (POST /api/flows/{id}/stop).");
            if (await CallerOfAsync(shelf, id, cancellation) is { } other) return Problems.Conflict($"{other.Id} '{other.Name}' calls this flow as a sub-flow: publish it without that first.");
            if (await store.DeleteAsync(found, [], cancellation)) return await DeletedAsync(context, gone);
        }

        return Problems.Conflict("Others change this flow at the same time: try again.");
    }

    private async Task<IResult> DeletedAsync(HttpContext context, Flow flow)
    {
        library.Forget();
        await store.DeleteDraftAsync(flow.Id, CancellationToken.None);
        await audit.WriteAsync(context.Caller().Key, "flow.deleted", flow.Id, flow.Name, FlowAudit.Between(flow, null));
        return TypedResults.NoContent();
    }

    /// <summary>A flow whose published version calls this one; null: none does.</summary>
    private async Task<Flow?> CallerOfAsync(FlowShelf shelf, string id, CancellationToken cancellation)
    {
        foreach (var flow in shelf.Flows.Values)
            if (flow.Published is { } version && flow.Id != id && (await library.FindAsync(flow.Id, version, cancellation))?.Subflows.Contains(id) == true) return flow;
        return null;
    }

    /// <summary>Order: draft → flow. Dying in between leaves a draft that nobody knows.</summary>
    private async Task<Outcome> CreateAsync(Caller caller, JsonElement definition, string action, RequestScope scope, CancellationToken cancellation)
    {
        var flow = new Flow
        {
            Id = Flow.IdPrefix + scope.NewUlid(), Name = DefinitionText.NameOf(definition)!, DraftHash = DefinitionText.Hash(definition), CreatedAt = scope.CreatedAt, UpdatedAt = scope.CreatedAt,
        };
        var shelf = await store.ShelfAsync(cancellation);
        // Whoever makes the last ones at the same moment may get in together.
        if (shelf.Flows.Values.Count(other => !other.BuiltIn && other.Id != flow.Id) >= MostFlows) return Outcome.Refused(Problems.Unprocessable($"There are {MostFlows} flows, and there can be no more: delete some."));
        await store.PutDraftAsync(flow.Id, new FlowText(definition, scope.CreatedAt, caller.Key, null), null, cancellation);
        await store.InsertAsync(flow, cancellation);
        library.Forget();
        await audit.WriteAsync(caller.Key, action, flow.Id, flow.Name, FlowAudit.Between(null, flow));
        var told = await check.OfAsync(flow.Id, definition, cancellation);
        return Outcome.Of(Answer.Created($"/api/flows/{flow.Id}", flow.Version, new MadeFlowView(FlowView.Of(flow), told), FlowsApiJson.Default.MadeFlowView));
    }

    private static JsonElement OfFile(Fields file)
    {
        if (file.Text("format", null, LongestName) != FlowFile.Word) file.Refuse("format", $"must be {FlowFile.Word}");
        if (file.Json("formatVersion") is not { ValueKind: JsonValueKind.Number } version || !version.TryGetInt32(out var number) || number != FlowFile.Current)
            file.Refuse("formatVersion", $"must be {FlowFile.Current}: others are not understood here");
        if (file.Json("definition") is not { ValueKind: JsonValueKind.Object } definition) file.Refuse("definition", "must be a JSON object");
        else if (DefinitionText.Mistake(definition) is null && DefinitionText.NameOf(definition) is null) file.Refuse("definition.name", NameRule);
        else return definition;
        return default;
    }

    /// <summary>What a body lacks in order to be a definition alone, with whatever mistakes; none: it is one.</summary>
    private static Dictionary<string, string[]> NoDefinition(JsonElement body)
    {
        var missing = new Dictionary<string, string[]>();
        if (PartsOfDefinition.Any(part => body.TryGetProperty(part, out _)))
        {
            if (DefinitionText.NameOf(body) is null) missing["name"] = [NameRule];
        }
        else if (body.TryGetProperty("definition", out _))
        {
            missing["format"] = [$"is required beside a definition: {FlowFile.Word}, with formatVersion {FlowFile.Current}"];
        }
        else
        {
            missing["definition"] = ["is required: send a file as export gives it (format, formatVersion, definition), or a definition alone (name, trigger, start, steps)"];
            if (DefinitionText.NameOf(body) is null) missing["name"] = [NameRule];
        }

        return missing;
    }

    private static JsonElement Skeleton(string name) => JsonSerializer.SerializeToElement(
        new JsonObject { ["name"] = name, ["trigger"] = new JsonObject { ["on"] = "message.received" }, ["start"] = string.Empty, ["steps"] = new JsonObject() }, FlowJson.Default.JsonObject);
}
