using PPMessage.Conversations;
using PPMessage.Flows.Calls;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>
/// Calls the programs that runs wait for and tells them the answers. A call is claimed in the run's row before it is made: a second message for the same one looks again
/// when the first must be over. Who dies in between leaves the claim to lapse; then it is called once more, under the same key. Thread-safe.
/// </summary>
internal sealed class RunCalls(ThreadStore threads, FlowRuns runs, CallProgram call, TimeProvider time)
{
    // As often as other work is tried: an answer that whoever reads it dies of must not be asked for again and again.
    private const int MostClaims = 5;

    // Beyond the call's own bound: redirects, and reading what came.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <param name="live">Waits for a program, and is due.</param>
    public async Task CallAsync(LiveRun live, string by, CancellationToken cancellation)
    {
        var (run, wait, now) = (live.Run, live.Run.Wait!, time.GetUtcNow());
        var again = new RunWork(run.Id, wait.Visit);
        if (wait.CalledUntil is { } until && until > now) await runs.WakeAsync(again, until - now, cancellation);
        else if (wait.Claims >= MostClaims) await TellAsync(run, CallAnswer.None($"The call was begun {MostClaims} times, and never came to an end.", mayBeRetried: false), by, cancellation);
        else if (await ClaimAsync(live, now + wait.Call!.Timeout + Slack, cancellation)) await TellAsync(run, await call(wait.Call, cancellation), by, cancellation);
        else await runs.WakeAsync(again, TimeSpan.Zero, cancellation);
    }

    /// <returns>False: somebody moved the run, or claimed it.</returns>
    private async Task<bool> ClaimAsync(LiveRun live, DateTimeOffset until, CancellationToken cancellation)
    {
        var claimed = live.Run with { Wait = live.Run.Wait! with { CalledUntil = until, Claims = live.Run.Wait.Claims + 1 } };
        var (thread, ulid) = RunKeys.Of(live.Run.Id)!.Value;
        return (await threads.CommitAsync(thread, [RowWrite.Replace(RunKeys.Live(ulid), live.ETag, claimed, FlowJson.Default.Run)], cancellation)).Committed;
    }

    private Task TellAsync(Run run, CallAnswer answer, string by, CancellationToken cancellation) =>
        runs.AdvanceAsync(run.Id, run.Wait!.Visit, new Signal.CallAnswered(answer), by, cancellation);
}
