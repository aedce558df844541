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
    /// <param name="but">Not this one.</param>
    /// <returns>Ids of those that are to be woken once this is committed.</returns>
    public static IReadOnlyList<string> Overtake(ThreadEdit edit, IReadOnlyList<LiveRun> live, string conversationId, string? but, string reason)
    {
        var told = live.Where(one => one.Run.Id != but && (one.Run.HearsReplies(conversationId) || (reason == EndReasons.TakenOver && one.Run.HearsAgents(conversationId)))).ToList();
        foreach (var (run, etag) in told) edit.Write(RowWrite.Replace(RunKeys.Live(RunKeys.Of(run.Id)!.Value.Ulid), etag, run with { Overtaken = reason }, FlowJson.Default.Run));
        return [.. told.Select(one => one.Run.Id)];
    }
}
