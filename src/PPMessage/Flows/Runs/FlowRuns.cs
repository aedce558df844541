using PPMessage.Conversations;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Sending;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Flows.Runs;

/// <summary>
/// Does what a committed transition left to be done, and moves runs on where no message does: when time has passed, a program has answered, an agent has acted.
/// Order behind each commit: inbox → the wake of the runs it ends → messages to the provider → contact → the wake of the next wait, by which a program is called as
/// well. Whoever dies in between leaves a work message, and <see cref="RecoverAsync(string, string, CancellationToken)"/> does the rest. Idempotent; thread-safe.
/// </summary>
internal sealed class FlowRuns(
    ThreadStore threads, RunStore runs, RunPlaces places, FlowEngine engine, Inbox inbox, HandOut handOut, MessageSender sender, SendWorkHandler sends, ContactWriter contacts, WorkQueue queue, TimeProvider time)
{
    private const int MostRounds = 50;

    // A queue hides for seven days at most.
    private static readonly TimeSpan LongestHop = TimeSpan.FromDays(6);

    /// <summary>After the commit, and after the inbox has followed.</summary>
    /// <param name="by">Whose work comes back if this process dies.</param>
    public async Task FinishAsync(Movement movement, CommitResult committed, ThreadEdit edit, string by, CancellationToken cancellation)
    {
        foreach (var other in movement.Overtaken) await WakeAsync(other, TimeSpan.Zero, cancellation);
        await ListenAsync(movement.Run, by, cancellation);
        // What was claimed is called out, whoever still listens.
        foreach (var message in movement.Messages) await sender.CallAsync(message, committed.ETags[edit.IndexOf(message)], edit.Head, CancellationToken.None);
        foreach (var change in movement.Changes) await contacts.ApplyAsync(movement.Run.ContactId, change, cancellation);
        await WaitAsync(movement.Run, cancellation);
    }

    /// <summary>Listens in another thread, before anything is said there; and does so no longer. Idempotent.</summary>
    private async Task ListenAsync(Run run, string by, CancellationToken cancellation)
    {
        var row = RunKeys.Waiter(RunKeys.Of(run.Id)!.Value.Ulid);
        if (run.Wait is { HeardIn: { } there } wait) await threads.CommitAsync(there, [RowWrite.Put(row, new Waiter(run.Id, wait.Visit), FlowJson.Default.Waiter)], cancellation);
        foreach (var thread in run.Owed.Where(one => one.By == by).Select(one => one.Unheard).OfType<string>())
            await threads.CommitAsync(thread, [RowWrite.Delete(row)], cancellation);
    }

    /// <summary>
    /// Brings a message to the run of another thread whose answer it is. Whether the run still waited, only the run's own row says.
    /// </summary>
    /// <returns>False: it did not; the message is an ordinary one.</returns>
    public async Task<bool> HeardElsewhereAsync(Waiter waiter, HeardMessage message, CancellationToken cancellation)
    {
        if (await AdvanceAsync(waiter.RunId, waiter.Visit, new Signal.Replied(message), message.Id, cancellation)) return true;
        // Or this very message did it, and whoever brought it died.
        if (await runs.FindAsync(waiter.RunId, cancellation) is not { } run || run.Owed.All(one => one.By != message.Id)) return false;
        await RecoverAsync(waiter.RunId, message.Id, cancellation);
        return true;
    }

    /// <summary>Ends a run because of what has happened in another thread in which it waits, if it still does. Idempotent.</summary>
    public async Task EndElsewhereAsync(string runId, int visit, string thread, string by, CancellationToken cancellation)
    {
        var row = RunKeys.Waiter(RunKeys.Of(runId)!.Value.Ulid);
        if (await threads.RowAsync(thread, row, cancellation) is not { } stored || stored.As(FlowJson.Default.Waiter) is not { Overtaken: { } reason } waiter || waiter.Visit != visit) return;
        // It may have moved on by itself; or it was ended so, and whoever did so died.
        if (!await EndAsync(runId, reason, by, cancellation, visit: visit)) await RecoverAsync(runId, by, cancellation);
        // The last word: as long as it lies there, this is done again.
        await threads.CommitAsync(thread, [RowWrite.Delete(row, stored.ETag)], cancellation);
    }

    /// <summary>Ends a run from outside. Idempotent.</summary>
    /// <param name="read">Its thread as the caller has just read it; null: it is read.</param>
    /// <param name="visit">Only while it waits at this step; null: wherever it is.</param>
    /// <returns>False: it is over already, or not there, or there is none.</returns>
    public async Task<bool> EndAsync(string runId, string reason, string by, CancellationToken cancellation, StoredThread? read = null, int? visit = null)
    {
        if (RunKeys.Of(runId) is not var (thread, _)) return false;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = round == 0 && read is not null ? read : await threads.StateAsync(thread, cancellation);
            if (LiveRun.Of(state).FirstOrDefault(one => one.Run.Id == runId) is not { } live || (visit is not null && live.Run.Wait?.Visit != visit)) return false;
            var transition = RunTransitions.End(live.Run, reason, null, time.GetUtcNow());
            transition = transition with { After = transition.After with { Owed = [.. live.Run.Owed.Where(one => one.Wake is null), new Owed(by, time.GetUtcNow()) { Unheard = live.Run.Wait?.HeardIn }] } };
            var edit = (await places.OfAsync(thread, state, live.Run, null, cancellation)).Edit;
            RunWrites.Add(edit, transition, live.ETag, by);
            var freed = Freed(edit, live.Run);
            if (!(await threads.CommitAsync(thread, edit, cancellation)).Committed) continue;
            await FollowAsync(transition.After, edit, cancellation);
            if (freed is { Status: ConversationStatus.Open, Assignee: null }) await handOut.AfterAsync(cancellation);
            await ListenAsync(transition.After, by, cancellation);
            return true;
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    /// <summary>The conversation that the run held, as it is to be without it; null: it held none.</summary>
    private static Conversation? Freed(ThreadEdit edit, Run run)
    {
        if (run.ConversationId is not { } id || edit.Head.Find(id) is not { } held || held.HeldBy != run.Id) return null;
        edit.Note(ChangeType.Conversation, id, null);
        edit.Keep(held with { HeldBy = null });
        return edit.Head.Find(id);
    }

    /// <summary>Lets a failed run enter its step anew, if it is still where that was asked for; else finishes what a dead one left of it. Idempotent.</summary>
    public async Task RetryAsync(string runId, int transition, string by, CancellationToken cancellation)
    {
        if (RunKeys.Of(runId) is not var (thread, ulid)) return;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(thread, cancellation);
            if (await threads.RowAsync(thread, RunKeys.Over(ulid), cancellation) is not { } row || row.As(FlowJson.Default.OverRun) is not { Run: { State: RunState.Failed } run } over || run.Transitions != transition)
            {
                await RecoverAsync(runId, by, cancellation);
                return;
            }

            var place = await places.OfAsync(thread, state, run, null, cancellation);
            // It is no history any more; what it said of the failure is.
            place.Edit.Write(RowWrite.Delete(RunKeys.Over(ulid), row.ETag));
            place.Edit.Write(RowWrite.Insert(RunKeys.Transition(ulid, run.Transitions), over.Last, FlowJson.Default.RunHistory));
            var movement = await engine.MoveAsync(place, run with { State = RunState.Running, Reason = null, Error = null }, null, new Signal.Retried(), by, cancellation);
            var result = await threads.CommitAsync(thread, place.Edit, cancellation);
            if (!result.Committed) continue;
            await FollowAsync(movement, place, place.IsFresh ? null : place.Conversation, cancellation);
            await FinishAsync(movement, result, place.Edit, by, cancellation);
            return;
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    /// <summary>Tells a run something, if it still waits at that step.</summary>
    /// <param name="read">Its thread as the caller has just read it; null: it is read.</param>
    /// <returns>False: it does not; somebody else was first, or it is over.</returns>
    public async Task<bool> AdvanceAsync(string runId, int visit, Signal signal, string by, CancellationToken cancellation, StoredThread? read = null)
    {
        if (RunKeys.Of(runId) is not var (thread, ulid)) return false;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = round == 0 && read is not null ? read : await threads.StateAsync(thread, cancellation);
            var live = LiveRun.Of(state);
            if (live.FirstOrDefault(one => one.Run.Id == runId) is not { Run.Wait: { } wait } run || wait.Visit != visit) return false;
            var place = await places.OfAsync(thread, state, run.Run, null, cancellation);
            var before = place.IsFresh ? null : place.Conversation;
            var movement = await engine.MoveAsync(place, run.Run, run.ETag, signal, by, cancellation);
            var result = await threads.CommitAsync(thread, place.Edit, cancellation);
            if (!result.Committed) continue;
            await FollowAsync(movement, place, before, cancellation);
            await FinishAsync(movement, result, place.Edit, by, cancellation);
            return true;
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    /// <summary>The inbox learns of the conversation and of the run: in one transaction where both lie in one partition, else one after the other.</summary>
    /// <param name="run">Null: only of the conversation.</param>
    public async Task FollowAsync(Run? run, Conversation conversation, IReadOnlyList<Change> changes, bool expectNew, CancellationToken cancellation)
    {
        IReadOnlyList<InboxEntry> row = run is null ? [] : [RunIndex.Of(run)];
        var together = run is not null && RunIndex.IsBeside(run, conversation);
        await inbox.FollowAsync(conversation, changes, expectNew, together ? row : [], cancellation);
        if (run is not null && !together) await inbox.PutAsync(RunIndex.ShardBy(run), row, cancellation);
    }

    /// <summary>As <see cref="FollowAsync(Run, Conversation, IReadOnlyList{Change}, bool, CancellationToken)"/>, with the run's conversation as it stands in the edit; where that was left alone, of the run only.</summary>
    public Task FollowAsync(Run run, ThreadEdit edit, CancellationToken cancellation) =>
        edit.IsHeadChanged && run.ConversationId is { } id && edit.Head.Find(id) is { } conversation
            ? FollowAsync(run, conversation, edit.Head.Changes, expectNew: false, cancellation)
            : inbox.PutAsync(RunIndex.ShardBy(run), [RunIndex.Of(run)], cancellation);

    /// <summary>As <see cref="FollowAsync(Run, Conversation, IReadOnlyList{Change}, bool, CancellationToken)"/>, and what waits now is handed out.</summary>
    public async Task FollowAsync(Movement movement, Place place, Conversation? before, CancellationToken cancellation)
    {
        if (movement.Conversation is { } written && place.Edit.IsHeadChanged) await FollowAsync(movement.Run, written, place.Edit.Head.Changes, place.IsFresh, cancellation);
        else await inbox.PutAsync(RunIndex.ShardBy(movement.Run), [RunIndex.Of(movement.Run)], cancellation);
        if (movement.Conversation is { } after && MayBeHandedOut(before, after, movement.Waits)) await handOut.AfterAsync(cancellation);
    }

    /// <summary>Does what a dead one owed: whatever of the run bears the name of its work. Idempotent.</summary>
    public async Task RecoverAsync(string runId, string by, CancellationToken cancellation) => await RecoverAsync(await runs.FindAsync(runId, cancellation), by, cancellation);

    /// <inheritdoc cref="RecoverAsync(string, string, CancellationToken)"/>
    public async Task RecoverAsync(Run? run, string by, CancellationToken cancellation)
    {
        if (run is null || run.Owed.All(one => one.By != by)) return;
        await inbox.PutAsync(RunIndex.ShardBy(run), [RunIndex.Of(run)], cancellation);
        if (run.ConversationId is { } conversation) await inbox.FollowCurrentAsync(conversation, cancellation);
        await handOut.AfterAsync(cancellation);
        await WakeOvertakenAsync(await threads.StateAsync(RunKeys.Of(run.Id)!.Value.Thread, cancellation), cancellation);
        await ListenAsync(run, by, cancellation);
        var owed = run.Owed.Where(one => one.By == by).ToList();
        foreach (var one in owed.Where(one => one.MessageId is not null)) await sends.TakeUpAsync(one.ConversationId!, one.MessageId!, cancellation);
        foreach (var change in owed.Select(one => one.Contact).OfType<ContactChange>()) await contacts.ApplyAsync(run.ContactId, change, cancellation);
        if (owed.Any(one => one.Wake is not null && one.Wake == run.Wait?.Visit)) await WaitAsync(run, cancellation);
    }

    /// <summary>For those who come after somebody who died: what was told a run is acted on.</summary>
    public async Task WakeOvertakenAsync(StoredThread state, CancellationToken cancellation)
    {
        foreach (var work in RunWrites.Overtaken(state)) await WakeAsync(work, TimeSpan.Zero, cancellation);
    }

    /// <summary>
    /// Sees to it that a wait ends when it is due, by a work message; a program is called by one as well, and at once: who texted, and whose callback brought the text, must
    /// not wait for somebody's slow program.
    /// </summary>
    public Task WaitAsync(Run run, CancellationToken cancellation) =>
        run.Wait is { Due: { } due } wait ? WakeAsync(new RunWork(run.Id, wait.Visit), due - time.GetUtcNow(), cancellation) : Task.CompletedTask;

    /// <summary>A work message for the run, at its time or some days before: then it looks and goes on waiting.</summary>
    public Task WakeAsync(RunWork work, TimeSpan after, CancellationToken cancellation) => queue.PutAsync(
        RunWorkHandler.Word, work, FlowJson.Default.RunWork, after <= TimeSpan.Zero ? TimeSpan.Zero : after < LongestHop ? after : LongestHop, cancellation);

    /// <summary>Whether a conversation waits for somebody, or somebody has one less.</summary>
    public static bool MayBeHandedOut(Conversation? before, Conversation now, bool waits) =>
        ((waits || before?.HeldBy is not null) && now is { Status: ConversationStatus.Open, Assignee: null, HeldBy: null })
        || (before is { Status: ConversationStatus.Open, Assignee: not null } && (now.Status != ConversationStatus.Open || now.Assignee is null));
}
