using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>
/// Brings answers to runs that lie in another thread. Order: the message is committed in its own thread, where the waiter's row then names it → the run's own row decides
/// whether it still waited → (it did not) the message starts what any message may start → the waiter's row goes. Whoever dies in between leaves the message's work, and
/// the row says that it is not done. Idempotent; thread-safe.
/// </summary>
internal sealed class FarAnswers(ThreadStore threads, RunStore store, FlowRuns runs, FlowEngine engine)
{
    private const int MostRounds = 50;

    /// <summary>Nothing to do where no run listened for the message, or all of it is done. One read then.</summary>
    public async Task FinishAsync(Received received, string conversationId, CancellationToken cancellation)
    {
        var state = await threads.StateAsync(received.Thread, cancellation);
        if (StoredWaiter.Of(state).FirstOrDefault(one => one.Waiter.AnsweredBy == received.MessageId) is not { } stored) return;
        if (!await runs.HeardElsewhereAsync(stored.Waiter, FlowEngine.HeardOf(received), cancellation)) await StartAsync(received, conversationId, cancellation);
        // One that asks here again has a row of its own by now, which another ETag guards.
        await threads.CommitAsync(received.Thread, [RowWrite.Delete(stored.Row, stored.ETag)], cancellation);
    }

    private async Task StartAsync(Received received, string conversationId, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(received.Thread, cancellation);
            if (state.Head?.Find(conversationId) is not { } conversation) return;
            if (await store.FindAsync(RunKeys.Id(received.Ulid, received.Thread), cancellation) is { } begun)
            {
                await runs.RecoverAsync(begun.Id, received.MessageId, cancellation);
                return;
            }

            var place = new Place(new ThreadEdit(state.Head, state.ETag), LiveRun.Of(state), conversation, Opens: conversation.Assignee is null, state.Head.Sequence) { IsInbound = true, Waiters = StoredWaiter.Of(state) };
            if ((await engine.HearAsync(place, state.Head, received, cancellation)).Movement is not { } movement) return;
            var result = await threads.CommitAsync(received.Thread, place.Edit, cancellation);
            if (!result.Committed) continue;
            await runs.FollowAsync(movement, place, conversation, cancellation);
            await runs.FinishAsync(movement, result, place.Edit, received.MessageId, cancellation);
            return;
        }

        throw new StoreException($"Thread {received.Thread} is too busy.");
    }
}
