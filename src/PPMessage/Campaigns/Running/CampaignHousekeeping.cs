using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Daily: occurrences that should be running are set going anew, whatever became of the messages that carried them on (where those are alive, whoever is overtaken ends);
/// and what is old goes: recipients first, the occurrence last. May stop half-way, and goes on the next day. Thread-safe.
/// </summary>
internal sealed class CampaignHousekeeping(IStore store, OccurrenceStore occurrences, OccurrenceControl control, Beginning beginning, PPMessageOptions options)
{
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(6);

    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (var running in await occurrences.RunningAsync(cancellation)) await LookAtAsync(running, now, cancellation);
        while (await occurrences.OverBeforeAsync(now.AddDays(-options.Campaigns.KeptDays), cancellation) is { Count: > 0 } old)
            foreach (var (id, row) in old) await ForgetAsync(id, row, cancellation);
    }

    private async Task LookAtAsync(RunningOccurrence running, DateTimeOffset now, CancellationToken cancellation)
    {
        if (running.StartedAt > now - Overdue) return;
        if (await occurrences.FindAsync(running.Id, cancellation) is not { Occurrence: { FinishedAt: null } occurrence }) await CloseAsync(running.Id, now, cancellation);
        // Set going anew, each bucket hands over again whatever is not sent: chunks' own messages may be lost as well.
        else if (occurrence.State != OccurrenceState.Paused) await control.SetGoingAsync(occurrence.Id, one => IsToGoOn(one) ? one with { Generation = one.Generation + 1 } : null, cancellation);
    }

    private static bool IsToGoOn(Occurrence occurrence) => occurrence.FinishedAt is null && occurrence.State != OccurrenceState.Paused;

    /// <summary>Whoever closed it died before it was noted.</summary>
    private async Task CloseAsync(string id, DateTimeOffset now, CancellationToken cancellation)
    {
        await occurrences.NoteOverAsync(id, now, cancellation);
        await beginning.EndAsync(OccurrenceIds.CampaignOf(id), cancellation);
    }

    private async Task ForgetAsync(string id, string row, CancellationToken cancellation)
    {
        // Somebody has had its failed ones messaged again since: it is over later, and noted so.
        var isOver = await occurrences.FindAsync(id, cancellation) is not { Occurrence.FinishedAt: null };
        if (isOver)
            foreach (var bucket in ContactKeys.AllBuckets())
                foreach (var range in LedgerKeys.All(id)) await EmptyAsync(bucket, range, cancellation);
        await (isOver ? occurrences.ForgetAsync(id, row, cancellation) : occurrences.ForgetNoteAsync(row, cancellation));
    }

    private async Task EmptyAsync(string bucket, RowRange range, CancellationToken cancellation)
    {
        while (await store.ReadRangeAsync(Tables.Contacts, bucket, range, Limits.TransactionRows, cancellation) is { Rows.Count: > 0 } page)
            await store.CommitAsync(Tables.Contacts, bucket, [.. page.Rows.Select(row => RowWrite.Delete(row.Key))], cancellation);
    }
}
