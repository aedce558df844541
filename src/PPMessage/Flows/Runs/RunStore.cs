using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>Reads runs where they lie. Thread-safe.</summary>
internal sealed class RunStore(ThreadStore threads)
{
    private const int RowsAtOnce = 200;

    /// <summary>A run, under way or over; null: there is none. One read, two for one that is over.</summary>
    public async Task<Run?> FindAsync(string runId, CancellationToken cancellation)
    {
        if (RunKeys.Of(runId) is not var (thread, ulid)) return null;
        if (await threads.RowAsync(thread, RunKeys.Live(ulid), cancellation) is { } live) return live.As(FlowJson.Default.Run);
        return await OverAsync(runId, cancellation);
    }

    /// <summary>A run that is over; null: it is not, or there is none. One read.</summary>
    public async Task<Run?> OverAsync(string runId, CancellationToken cancellation) => RunKeys.Of(runId) is var (thread, ulid)
        ? (await threads.RowAsync(thread, RunKeys.Over(ulid), cancellation))?.As(FlowJson.Default.OverRun).Run
        : null;

    /// <summary>Everything that is kept of a run: itself, and its transitions in order.</summary>
    public async Task<(Run Run, IReadOnlyList<RunHistory> History)?> WholeAsync(string runId, CancellationToken cancellation)
    {
        if (RunKeys.Of(runId) is not var (thread, ulid)) return null;
        // The live row first: a run that ends in between is found behind it.
        var live = (await threads.RowAsync(thread, RunKeys.Live(ulid), cancellation))?.As(FlowJson.Default.Run);
        var history = new List<RunHistory>();
        OverRun? over = null;
        await foreach (var row in RowsAsync(thread, RunKeys.All(ulid), cancellation))
            if (row.Key == RunKeys.Over(ulid)) over = row.As(FlowJson.Default.OverRun);
            else history.Add(row.As(FlowJson.Default.RunHistory));
        if (over is not null && over.Run.Transitions >= (live?.Transitions ?? 0)) return (over.Run, [.. history.Where(one => one.Number != over.Last.Number), over.Last]);
        return live is null ? null : (live, history);
    }

    private async IAsyncEnumerable<Row> RowsAsync(string thread, RowRange range, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var more = true; more;)
        {
            var page = await threads.RowsAsync(thread, range, RowsAtOnce, cancellation);
            foreach (var row in page.Rows) yield return row;
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
        }
    }
}
