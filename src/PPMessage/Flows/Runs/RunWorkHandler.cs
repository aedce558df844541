using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Flows.Definitions;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>Takes up runs: those whose wait is due, those that an agent has acted on, those that are to begin, and what dead ones owed. Each looks at the run first.</summary>
internal sealed class RunWorkHandler(
    ThreadStore threads, RunStore store, FlowRuns runs, FlowEngine engine, FlowLibrary library, ContactStore contacts, ChannelDirectory channels, ChannelKinds kinds, TimeProvider time) : IWorkHandler
{
    public const string Word = "run";

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
        else if (work.Retry is { } transition) await runs.RetryAsync(work.RunId, transition, $"retry|{transition}", cancellation);
        else await WakeAsync(work, thread, cancellation);
    }

    private async Task WakeAsync(RunWork work, string thread, CancellationToken cancellation)
    {
        var by = $"{Word}|{work.Visit}";
        var state = await threads.StateAsync(thread, cancellation);
        var live = LiveRun.Of(state).FirstOrDefault(one => one.Run.Id == work.RunId)?.Run;
        if (live is { Overtaken: EndReasons.TakenOver, Wait: { Agent: true } listening }) await runs.AdvanceAsync(live.Id, listening.Visit, new Signal.AgentActed(), by, cancellation, state);
        else if (live?.Overtaken is { } reason) await runs.EndAsync(live.Id, reason, by, cancellation, state);
        else if (live?.Wait is not { Due: { } due } there || there.Visit != work.Visit) await runs.RecoverAsync(live ?? await store.OverAsync(work.RunId, cancellation), by, cancellation);
        else if (due > time.GetUtcNow() || there.Kind == WaitKind.Callback) await runs.WaitAsync(live, by, cancellation);
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
            var run = engine.Begin(flow, runId, contact.Contact.Id, Triggers.Find(start.Trigger)!.Value) with { ConversationId = start.ConversationId };
            run = run with { Frames = [run.Frames[0] with { Variables = run.Frames[0].Variables.Concat(start.Variables).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Last().Value) }] };
            var place = await PlaceAsync(thread, state, live, run, start, contact.Contact, cancellation);
            if (!await engine.MayStartAsync(place, run, flow, cancellation)) return false;
            var movement = await engine.MoveAsync(place, run, null, new Signal.Started(), BeginsBy, cancellation);
            // Without the commit it points nowhere, which readers bear.
            if (place.IsFresh && place.Edit.IsHeadChanged) await contacts.NoteConversationAsync(contact.Contact.Id, movement.Conversation!.Id, cancellation);
            var result = await threads.CommitAsync(thread, place.Edit, cancellation);
            if (!result.Committed) continue;
            await runs.FollowAsync(movement, place, place.IsFresh ? null : place.Conversation, cancellation);
            foreach (var other in movement.Overtaken) await runs.WakeAsync(other, null, TimeSpan.Zero, cancellation);
            await runs.FinishAsync(movement, result, place.Edit, BeginsBy, cancellation);
            return true;
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    /// <summary>In the conversation that it is about, or the one that is open there; else in one that opens when the run says something.</summary>
    private async Task<Place> PlaceAsync(string thread, StoredThread state, IReadOnlyList<LiveRun> live, Run run, RunStart start, Contact contact, CancellationToken cancellation)
    {
        if (start.ConversationId is not null || start.ChannelId is null || await channels.FindAsync(start.ChannelId, cancellation) is not { } channel) return await runs.PlaceAsync(thread, state, live, run, cancellation);
        var fresh = new ThreadHead { ChannelId = channel.Id, Address = start.Address!, ContactId = contact.Id, ContactName = contact.Name, AllowsSeveralOpen = kinds.Of(channel)?.AllowsSeveralOpen == true };
        var head = state.Head?.Or(fresh) ?? fresh;
        if (head.LastActive is { } open) return new Place(new ThreadEdit(head, state.ETag), live, open, Opens: false, head.Sequence);
        var conversation = new Conversation
        {
            Id = ThreadKeys.ConversationPrefix + RunKeys.Of(run.Id)!.Value.Ulid + thread, ChannelId = channel.Id, ChannelKind = channel.Kind, Address = head.Address,
            ContactId = head.ContactId, ContactName = head.ContactName, CreatedAt = run.StartedAt, LastActivityAt = run.StartedAt,
        };
        return new Place(new ThreadEdit(head, state.ETag), live, conversation, Opens: true, head.Sequence) { IsFresh = true };
    }
}
