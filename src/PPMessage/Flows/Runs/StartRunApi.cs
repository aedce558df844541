using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Publishing;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary><c>POST /api/flows/{id}/runs</c>: starts the published version for a contact, by hand or by a program.</summary>
internal sealed class StartRunApi(
    FlowStore flows, FlowLibrary library, ContactStore contacts, ChannelKinds kinds, RunStarter starter, RunsApi runs, Idempotency idempotency, AuditLog audit)
{
    private const int MostVariables = 50;
    private const int LongestWord = 100;

    public async Task<IResult> StartAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var (contactId, kind, variables) = (fields.Text("contactId", null, LongestWord), fields.OptionalText("channelKind", null, LongestWord), Variables(fields));
        if (kind is not null && !kinds.All.Any(serves => serves.EndsWith($"/{kind}", StringComparison.Ordinal))) fields.Refuse("channelKind", $"there is no kind of channel '{kind}'");
        if (fields.Problem() is { } mistakes) return mistakes;
        if ((await flows.ShelfAsync(cancellation)).Flows.GetValueOrDefault(id) is not { } flow) return FlowSwitch.None();
        if (flow.Published is not { } version) return Problems.Conflict("The flow was never published: publish it first.");
        if (await library.FindAsync(id, version, cancellation) is not { } definition) return Problems.Unprocessable($"Version {version} of the flow can't be used any more: publish it anew.");
        if (await contacts.FindAsync(contactId, cancellation) is not { } contact) return Problems.Invalid("contactId", "there is no such contact");
        return await idempotency.RunAsync(context, body.Bytes, async scope =>
        {
            var (runId, refusal) = await starter.StartAsync(definition, contact.Contact, TriggerWord.Api, kind, variables, scope.NewUlid(), cancellation);
            if (runId is null) return Outcome.Refused(Problems.Unprocessable(refusal ?? "The run did not start."));
            if (await runs.ViewAsync(runId, cancellation) is not { } view) return NotBegun(definition);
            await audit.WriteAsync(context.Caller().Key, "run.started", runId, $"{id} version {version}");
            return Outcome.Of(RunsApi.AnswerOf(StatusCodes.Status201Created, view, $"/api/runs/{runId}"));
        }, cancellation);
    }

    // Left to the queue, it begins yet: whoever repeats the request under its key finds it.
    private static Outcome NotBegun(FlowDefinition flow) => flow.Trigger.When is null
        ? throw new StoreException("The run is slow to begin.")
        : Outcome.Refused(Problems.Unprocessable("The flow's condition (trigger.when) does not hold for this contact."));

    private static Dictionary<string, JsonElement> Variables(Fields fields)
    {
        var variables = new Dictionary<string, JsonElement>();
        if (fields.Json("variables") is not { } all || all.ValueKind == JsonValueKind.Null) return variables;
        if (all.ValueKind != JsonValueKind.Object || all.GetPropertyCount() > MostVariables) fields.Refuse("variables", $"must be an object with at most {MostVariables} entries");
        else if (all.GetRawText().Length > FlowLimits.VariablesSize) fields.Refuse("variables", $"may together have at most {FlowLimits.VariablesSize} characters");
        else if (DefinitionText.Mistake(all) is var (place, message)) fields.Refuse(place == "$" ? "variables" : $"variables.{place}", message);
        else
            foreach (var entry in all.EnumerateObject())
                if (FlowNames.IsName(entry.Name)) variables[entry.Name] = entry.Value;
                else fields.Refuse($"variables.{entry.Name}", FlowNames.Rule);
        return variables;
    }
}
