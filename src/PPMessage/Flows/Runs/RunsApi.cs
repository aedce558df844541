using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Flows.Publishing;
using PPMessage.Http;

namespace PPMessage.Flows.Runs;

/// <summary><c>/api/runs</c>, and the list of a flow's runs.</summary>
internal sealed class RunsApi(RunStore runs, RunList list, FlowStore flows, FlowLibrary library, FlowRuns engine, RunStarter starter, Idempotency idempotency, AuditLog audit, PPMessageOptions options)
{
    public async Task<IResult> ListAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (PageRequest.From(context, out var problem) is not { } page) return problem!;
        if (page.Cursor is not null && !RunList.IsCursor(page.Cursor)) return Problems.Invalid("cursor", "is none that this list gave");
        var (word, state) = (context.Request.Query["state"].ToString(), default(RunState));
        if (word.Length > 0 && !Words<RunState>.TryParse(word, out state)) return Problems.Invalid("state", $"must be one of: {string.Join(", ", Words<RunState>.All)}");
        if (!(await flows.ShelfAsync(cancellation)).Flows.ContainsKey(id)) return FlowSwitch.None();
        return TypedResults.Json(await list.ReadAsync(id, word.Length > 0 ? state : null, page.Limit, page.Cursor, cancellation), FlowsApiJson.Default.PageRunSummary);
    }

    public async Task<IResult> GetAsync(string id, CancellationToken cancellation) =>
        await ViewAsync(id, cancellation) is { } view ? TypedResults.Json(view, FlowsApiJson.Default.RunView) : None();

    /// <summary>Order: wake, hidden → the run's end → its row in the flow's list. Whoever dies in between leaves the wake, which does the rest.</summary>
    public async Task<IResult> CancelAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        if (await runs.FindAsync(id, cancellation) is not { } run) return None();
        if (run.IsOver) return Over(run);
        await engine.WakeAsync(new RunWork(id, null), options.Timing.Hidden, cancellation);
        if (!await engine.EndAsync(id, EndReasons.Cancelled, RunWorkHandler.ByWake, cancellation)) return await runs.FindAsync(id, cancellation) is { } other ? Over(other) : None();
        return await DoneAsync(context, "run.cancelled", id, cancellation);
    }

    public Task<IResult> RetryAsync(HttpContext context, string id, CancellationToken cancellation) => idempotency.RunAsync(context, default, async _ =>
    {
        if (await runs.FindAsync(id, cancellation) is not { } run) return Outcome.Refused(None());
        if (run.State != RunState.Failed) return Outcome.Refused(Problems.Conflict($"The run is {Words<RunState>.Of(run.State)}: only failed ones can be tried again."));
        if (await starter.RetryAsync(id, cancellation) is { } refusal) return Outcome.Refused(Problems.Conflict(refusal));
        return await ToldAsync(context, "run.retried", id, null, cancellation);
    }, cancellation);

    /// <summary>It goes on in another version of its flow, in the step of the same name.</summary>
    public async Task<IResult> MigrateAsync(HttpContext context, string id, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var version = fields.Json("version") is { ValueKind: System.Text.Json.JsonValueKind.Number } json && json.TryGetInt32(out var number) ? number : 0;
        if (version < 1) fields.Refuse("version", "must be the number of a version");
        if (fields.Problem() is { } mistakes) return mistakes;
        if (await runs.FindAsync(id, cancellation) is not { } run) return None();
        if (run.IsOver) return Over(run);
        if (await library.FindAsync(run.FlowId, version, cancellation) is null) return Problems.Invalid("version", $"there is no version {version} of the run's flow");
        if (await starter.MigrateAsync(id, version, cancellation) is { } refusal) return Problems.Conflict(refusal);
        return (await ToldAsync(context, "run.migrated", id, $"version {run.Version} → {version}", cancellation)).Now;
    }

    /// <summary>Null: there is no such run.</summary>
    public async Task<RunView?> ViewAsync(string id, CancellationToken cancellation)
    {
        if (await runs.WholeAsync(id, cancellation) is not var (run, history)) return null;
        return RunView.Of(run, history, (await library.ShelfAsync(cancellation)).Flows.GetValueOrDefault(run.FlowId)?.Name);
    }

    public static IResult None() => Problems.NotFound("There is no such run.");

    private async Task<IResult> DoneAsync(HttpContext context, string action, string id, CancellationToken cancellation) => (await ToldAsync(context, action, id, null, cancellation)).Now;

    private async Task<Outcome> ToldAsync(HttpContext context, string action, string id, string? detail, CancellationToken cancellation)
    {
        await audit.WriteAsync(context.Caller().Key, action, id, detail);
        return await ViewAsync(id, cancellation) is { } view ? Outcome.Of(AnswerOf(StatusCodes.Status200OK, view, null)) : Outcome.Refused(None());
    }

    /// <summary>Without an ETag: nobody edits a run.</summary>
    public static Answer AnswerOf(int status, RunView view, string? location) => new(status, System.Text.Json.JsonSerializer.Serialize(view, FlowsApiJson.Default.RunView), location, null);

    private static IResult Over(Run run) => Problems.Conflict($"The run is {Words<RunState>.Of(run.State)} already{(run.State == RunState.Ended ? $" ({run.Reason})" : string.Empty)}.");
}
