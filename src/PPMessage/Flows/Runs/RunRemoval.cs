using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>Takes runs away, with all that is kept of them. Idempotent; thread-safe.</summary>
internal sealed class RunRemoval(IStore store, ThreadStore threads, ThreadKeys keys)
{
    private const int RowsAtOnce = 100;

    private static readonly RowRange Histories = RowRange.Prefix(RunKeys.HistoryPrefix);

    /// <summary>All runs of contacts in these threads, and in the place of their own that a contact without addresses has.</summary>
    public async Task OfContactsAsync(IReadOnlyCollection<string> places, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        var own = new List<string>();
        foreach (var contact in contacts) own.Add(await keys.OfAsync("contact", new Address(AddressKind.External, contact), cancellation));
        foreach (var thread in places.Concat(own)) await OfContactsAsync(thread, contacts, cancellation);
    }

    /// <summary>What is kept of a run, and its row in its flow's lists.</summary>
    public async Task RemoveAsync(RunEntry entry, string shard, string row, CancellationToken cancellation)
    {
        var (thread, ulid) = RunKeys.Of(entry.RunId)!.Value;
        await DeleteAsync(thread, ulid, cancellation);
        await store.CommitAsync(Tables.Inbox, shard, [RowWrite.Delete(row)], cancellation);
    }

    private async Task OfContactsAsync(string thread, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        foreach (var live in LiveRun.Of(await threads.StateAsync(thread, cancellation)).Where(live => contacts.Contains(live.Run.ContactId))) await DeleteAsync(thread, live.Run, cancellation);
        var range = Histories;
        for (var more = true; more;)
        {
            var page = await threads.RowsAsync(thread, range, RowsAtOnce, cancellation);
            foreach (var row in page.Rows.Where(row => RunKeys.IsOver(row.Key)))
                if (row.As(FlowJson.Default.OverRun).Run is var run && contacts.Contains(run.ContactId)) await DeleteAsync(thread, run, cancellation);
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
        }
    }

    // The list's row first: whoever dies in between still finds the run, and takes both away.
    private async Task DeleteAsync(string thread, Run run, CancellationToken cancellation)
    {
        await store.CommitAsync(Tables.Inbox, InboxRows.Shard(RunIndex.ShardBy(run)), [RowWrite.Delete(RunIndex.Row(run.FlowId, run.Id))], cancellation);
        var ulid = RunKeys.Of(run.Id)!.Value.Ulid;
        if (run.Wait?.HeardIn is { } elsewhere) await threads.CommitAsync(elsewhere, [RowWrite.Delete(RunKeys.Waiter(ulid))], cancellation);
        await DeleteAsync(thread, ulid, cancellation);
    }

    // The live row goes last: it says that there is something to take away.
    private async Task DeleteAsync(string thread, string ulid, CancellationToken cancellation)
    {
        while (await threads.RowsAsync(thread, RunKeys.All(ulid), RowsAtOnce, cancellation) is { Rows.Count: > 0 } page)
        {
            RowWrite[] writes = [.. page.Rows.Reverse().Select(row => RowWrite.Delete(row.Key))];
            // A row that is gone already refuses all: somebody else takes them away, too.
            if (!(await threads.CommitAsync(thread, writes, cancellation)).Committed)
                foreach (var write in writes) await threads.CommitAsync(thread, [write], cancellation);
        }

        await threads.CommitAsync(thread, [RowWrite.Delete(RunKeys.Live(ulid))], cancellation);
    }
}
