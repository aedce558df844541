using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>Takes up runs: those whose wait is due, those that an agent has acted on, those that are to begin, and what dead ones owed. Each looks at the run first.</summary>
internal sealed class RunWorkHandler(
    ThreadStore threads, RunStore store, FlowRuns runs, RunCalls calls, RunPlaces places, FlowEngine engine, FlowLibrary library, ContactStore contacts, TimeProvider time) : IWorkHandler
{
    public const string Word = "run";

    /// <summary>Whose work a wake is that names no wait.</summary>
    public const string ByWake = $"{Word}|";

    private const string BeginsBy = "start";
    private const int MostRounds = 50;

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, FlowJson.Default.RunWork) is { } work) await DoAsync(work, cancellation);
    }

    /// <summary>Idempotent.</summary>
    public async Task DoAsync(RunWork work, CancellationToken cancellation)
    {
        if (RunKeys.Of(work.RunId) is not var (thread, _)) return;
        if (work.Start is { } start) await BeginAsync(work.RunId, start, cancellation);
        else if (work is { OvertakenIn: { } there, Visit: { } visit }) await runs.EndElsewhereAsync(work.RunId, visit, there, $"elsewhere|{visit}", cancellation);
        else if (work.Retry is { } transition) await runs.RetryAsync(work.RunId, transition, $"retry|{transition}", cancellation);
        else await WakeAsync(work, thread, cancellation);
    }

    private async Task WakeAsync(RunWork work, string thread, CancellationToken cancellation)
    {
        var by = $"{Word}|{work.Visit}";
        var state = await threads.StateAsync(thread, cancellation);
        var found = LiveRun.Of(state).FirstOrDefault(one => one.Run.Id == work.RunId);
        var live = found?.Run;
        if (live is { Overtaken: EndReasons.TakenOver, Wait: { Agent: true } listening }) await runs.AdvanceAsync(live.Id, listening.Visit, new Signal.AgentActed(), by, cancellation, state);
        else if (live?.Overtaken is { } reason) await runs.EndAsync(live.Id, reason, by, cancellation, state);
        else if (live?.Wait is not { Due: { } due } there || there.Visit != work.Visit) await runs.RecoverAsync(live ?? await store.OverAsync(work.RunId, cancellation), by, cancellation);
        else if (due > time.GetUtcNow()) await runs.WaitAsync(live, cancellation);
        else if (there.Kind == WaitKind.Callback) await calls.CallAsync(found!, by, cancellation);
        else await runs.AdvanceAsync(live.Id, there.Visit, new Signal.TimePassed(), by, cancellation, state);
    }

    /// <summary>Begins a run, or finishes what a dead one left of its beginning. Idempotent.</summary>
    /// <returns>False: its flow's condition keeps it from starting.</returns>
    public async Task<bool> BeginAsync(string runId, RunStart start, CancellationToken cancellation)
    {
        var (thread, ulid) = RunKeys.Of(runId)!.Value;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(thread, cancellation);
            var live = LiveRun.Of(state);
            if (live.Any(one => one.Run.Id == runId) || await threads.RowAsync(thread, RunKeys.Over(ulid), cancellation) is not null)
            {
                await runs.RecoverAsync(runId, BeginsBy, cancellation);
                return true;
            }

            if (await library.FindAsync(start.FlowId, start.Version, cancellation) is not { } flow || await contacts.FindAsync(start.ContactId, cancellation) is not { } contact) return true;
            var run = engine.Begin(flow, runId, contact.Contact.Id, Triggers.Find(start.Trigger)!.Value) with
            {
                ConversationId = start.ConversationId,
                Home = start.ChannelId is { } channel ? new RunHome(channel, start.Address!) : null,
            };
            run = run with { Frames = [run.Frames[0] with { Variables = run.Frames[0].Variables.Concat(start.Variables).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Last().Value) }] };
            var place = await places.OfAsync(thread, state, run, contact.Contact.Name, cancellation);
            run = run with { ListedBy = place is { IsFresh: false, Conversation: { } talking } ? ThreadKeys.Conversation(talking.Id)!.Value.Ulid : null };
            if (!await engine.MayStartAsync(place, run, flow, cancellation)) return false;
            var movement = await engine.MoveAsync(place, run, null, new Signal.Started(), BeginsBy, cancellation);
            // Without the commit it points nowhere, which readers bear.
            if (place.IsFresh && place.Edit.IsHeadChanged) await contacts.NoteConversationAsync(contact.Contact.Id, movement.Conversation!.Id, cancellation);
            var result = await threads.CommitAsync(thread, place.Edit, cancellation);
            if (!result.Committed) continue;
            await runs.FollowAsync(movement, place, place.IsFresh ? null : place.Conversation, cancellation);
            await runs.FinishAsync(movement, result, place.Edit, BeginsBy, cancellation);
            return true;
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }
}
