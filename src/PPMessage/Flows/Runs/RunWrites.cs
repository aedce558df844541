using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>What a transition writes of its run. Pure. One transaction with all else that it does: either all of it happened or nothing.</summary>
internal static class RunWrites
{
    /// <param name="etag">Of its live row; null: it has none, because it begins or is taken up again.</param>
    public static void Add(ThreadEdit edit, Transition transition, string? etag, string by)
    {
        var run = transition.After;
        // Its row in its flow's lists travels with the conversation's: a later state of the run has to be a later state of that, too.
        if (!edit.IsHeadChanged && run.ConversationId is { } id && edit.Head.Find(id) is { } open && RunIndex.IsBeside(run, open)) edit.Touch(open);
        var ulid = RunKeys.Of(run.Id)!.Value.Ulid;
        var history = new RunHistory(run.Transitions, run.UpdatedAt, by, transition.Entries);
        if (run.IsOver)
        {
            if (etag is not null) edit.Write(RowWrite.Delete(RunKeys.Live(ulid), etag));
            edit.Write(etag is null && !transition.Before.IsOver
                ? RowWrite.Insert(RunKeys.Over(ulid), new OverRun(run, history), FlowJson.Default.OverRun)
                : RowWrite.Put(RunKeys.Over(ulid), new OverRun(run, history), FlowJson.Default.OverRun));
            return;
        }

        edit.Write(etag is null ? RowWrite.Insert(RunKeys.Live(ulid), run, FlowJson.Default.Run) : RowWrite.Replace(RunKeys.Live(ulid), etag, run, FlowJson.Default.Run));
        edit.Write(RowWrite.Insert(RunKeys.Transition(ulid, run.Transitions), history, FlowJson.Default.RunHistory));
    }

    /// <summary>
    /// Tells the runs that wait in a conversation that their waiting is over: they hear nothing from then on, and whoever is woken by it ends them, or lets them go on where
    /// they listen to just that.
    /// </summary>
    /// <param name="conversationId">Null: in all of the thread's.</param>
    /// <param name="but">Not this one.</param>
    /// <returns>What is to be queued once this is committed.</returns>
    public static IReadOnlyList<RunWork> Overtake(ThreadEdit edit, IReadOnlyList<LiveRun> live, string? conversationId, string? but, string reason)
    {
        var told = live.Where(one => one.Run.Id != but && (one.Run.HearsReplies(conversationId) || (reason == EndReasons.TakenOver && one.Run.HearsAgents(conversationId)))).ToList();
        foreach (var (run, etag) in told) edit.Write(RowWrite.Replace(RunKeys.Live(RunKeys.Of(run.Id)!.Value.Ulid), etag, run with { Overtaken = reason }, FlowJson.Default.Run));
        return [.. told.Select(one => new RunWork(one.Run.Id, null))];
    }

    /// <summary>The same for the runs of other threads that listen here; those that have their answer keep it.</summary>
    public static IReadOnlyList<RunWork> Overtake(ThreadEdit edit, IReadOnlyList<StoredWaiter> waiters, string reason)
    {
        var told = waiters.Where(one => one.Waiter.Listens).Select(one => one with { Waiter = one.Waiter with { Overtaken = reason } }).ToList();
        foreach (var one in told) edit.Write(RowWrite.Replace(one.Row, one.ETag, one.Waiter, FlowJson.Default.Waiter));
        return [.. told.Select(one => one.Work)];
    }

    /// <summary>For those who come after somebody who died: what was told runs is acted on.</summary>
    public static IEnumerable<RunWork> Overtaken(StoredThread state) =>
    [
        .. LiveRun.Of(state).Where(live => live.Run.Overtaken is not null).Select(live => new RunWork(live.Run.Id, null)),
        .. StoredWaiter.Of(state).Where(one => one.Waiter.Overtaken is not null).Select(one => one.Work),
    ];
}
