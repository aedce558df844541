using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>
/// What people do with runs: start one, let a failed one go on, move one to another version. Each is a work message first and done in line, so that a death in between
/// changes nothing. Thread-safe.
/// </summary>
internal sealed class RunStarter(
    HomeThreads homes, FlowLibrary library, RunStore runs, ThreadStore threads, RunPlaces places, FlowRuns flows, WorkQueue queue, RunWorkHandler handler, PPMessageOptions options, TimeProvider time)
{
    /// <param name="ulid">Of the run: the same whenever the same request is repeated.</param>
    /// <returns>The run's id; or why there is none, for people.</returns>
    public async Task<(string? RunId, string? Refusal)> StartAsync(
        FlowDefinition flow, Contact contact, TriggerWord trigger, string? channelKind, IReadOnlyDictionary<string, JsonElement> variables, string ulid, CancellationToken cancellation)
    {
        var home = await homes.OfAsync(contact, channelKind, ulid, cancellation);
        if (channelKind is not null && home.ChannelId is null) return (null, $"The contact has no address that an active channel of the kind {channelKind} reaches.");
        var id = RunKeys.Id(ulid, home.Thread);
        if (await IsFullAsync(home.Thread, id, cancellation)) return (null, $"{FlowEngine.MostLive} runs are under way with this contact already: let some end, or cancel them.");
        var start = new RunStart(flow.FlowId, flow.Version, contact.Id, Triggers.Word(trigger), home.ConversationId, home.ChannelId, home.Address, variables);
        await DoAsync(new RunWork(id, null, start), cancellation);
        return (id, null);
    }

    // A repeated request's own run may be the one that filled it, or be over since.
    private async Task<bool> IsFullAsync(string thread, string runId, CancellationToken cancellation) =>
        LiveRun.Of(await threads.StateAsync(thread, cancellation)).Count >= FlowEngine.MostLive && await runs.FindAsync(runId, cancellation) is null;

    /// <summary>Lets a failed run go on: it enters the step anew in which it failed.</summary>
    /// <returns>Null: done. Otherwise why not, for people.</returns>
    public async Task<string?> RetryAsync(string runId, CancellationToken cancellation)
    {
        if (await runs.FindAsync(runId, cancellation) is not { } run) return "There is no such run.";
        if (run.State != RunState.Failed) return $"It has not failed: it is {Http.Words<RunState>.Of(run.State)}.";
        await DoAsync(new RunWork(runId, null) { Retry = run.Transitions }, cancellation);
        return null;
    }

    /// <summary>Moves a parked run to another version of its flow, if that has the step at which it waits, of the same type.</summary>
    /// <returns>Null: done. Otherwise why not, for people.</returns>
    public async Task<string?> MigrateAsync(string runId, int version, CancellationToken cancellation)
    {
        if (RunKeys.Of(runId) is not var (thread, _)) return "There is no such run.";
        var state = await threads.StateAsync(thread, cancellation);
        if (LiveRun.Of(state).FirstOrDefault(one => one.Run.Id == runId) is not { } live) return "It is over, or there is no such run.";
        if (await MistakeAsync(live.Run, version, cancellation) is { } mistake) return mistake;
        var now = time.GetUtcNow();
        var after = live.Run with
        {
            Version = version,
            UpdatedAt = now,
            Transitions = live.Run.Transitions + 1,
            Frames = [.. live.Run.Frames.Select(frame => frame.FlowId == live.Run.FlowId ? frame with { Version = version } : frame)],
        };
        var edit = (await places.OfAsync(thread, state, live.Run, null, cancellation)).Edit;
        RunWrites.Add(edit, new Transition(live.Run, after, [], [], null, Waits: false), live.ETag, $"migrated from version {live.Run.Version}");
        if (!(await threads.CommitAsync(thread, edit, cancellation)).Committed) return "It has just moved on: try again.";
        await flows.FollowAsync(after, edit, cancellation);
        return null;
    }

    private async Task<string?> MistakeAsync(Run run, int version, CancellationToken cancellation)
    {
        if (await library.FindAsync(run.FlowId, version, cancellation) is not { } target) return $"The flow has no version {version}.";
        foreach (var frame in run.Frames.Where(frame => frame.FlowId == run.FlowId))
        {
            var before = (await library.FindAsync(frame.FlowId, frame.Version, cancellation))?.Find(frame.Step);
            if (target.Find(frame.Step) is not { } step) return $"Version {version} has no step '{frame.Step}', at which the run is.";
            if (before is null || step.Type != before.Type) return $"In version {version} the step '{frame.Step}' is of another type.";
        }

        return null;
    }

    private async Task DoAsync(RunWork work, CancellationToken cancellation)
    {
        var ticket = await queue.PutAsync(RunWorkHandler.Word, work, FlowJson.Default.RunWork, options.Timing.Hidden, cancellation);
        await queue.FinishAsync(ticket, inLine => handler.DoAsync(work, inLine), options.Timing.InLine);
    }
}
