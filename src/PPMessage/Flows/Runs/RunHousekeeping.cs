using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>
/// Daily, over all runs that flows' lists have: those that have been over for long go; one whose wait is long due though nobody woke it is woken, whatever became of the
/// work message that should have. Reads by the thousand; may stop half-way, and go on the next day. Thread-safe.
/// </summary>
internal sealed class RunHousekeeping(IStore store, RunRemoval removal, FlowRuns runs, PPMessageOptions options)
{
    private const int RowsAtOnce = 1000;

    // Longer than any queue is behind.
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(1);

    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var shard in InboxRows.AllShards())
        {
            var range = RowRange.Prefix(RunIndex.AllPrefix);
            for (var more = true; more;)
            {
                var page = await store.ReadRangeAsync(Tables.Inbox, shard, range, RowsAtOnce, cancellation);
                foreach (var row in page.Rows) await LookAtAsync(shard, row, now, cancellation);
                more = page.More;
                if (more) range = range.Behind(page.Rows[^1].Key);
            }
        }
    }

    private async Task LookAtAsync(string shard, Row row, DateTimeOffset now, CancellationToken cancellation)
    {
        var entry = row.As(FlowJson.Default.RunEntry);
        var isUnderWay = entry.State is RunState.Waiting or RunState.Running;
        if (!isUnderWay && entry.UpdatedAt < now - TimeSpan.FromDays(options.Flows.KeptDays)) await removal.RemoveAsync(entry, shard, row.Key, cancellation);
        else if (isUnderWay && entry.Due < now - Overdue) await runs.WakeAsync(new RunWork(entry.RunId, entry.WaitsAt), TimeSpan.Zero, cancellation);
    }
}
