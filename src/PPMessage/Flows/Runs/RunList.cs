using PPMessage.Conversations;
using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Flows.Runs;

/// <summary>
/// A flow's runs, newest first: a merge of the index rows of all shards. Under a filter that few pass, a page may be short (even empty) and still have a next one: each
/// page looks at a bounded number of rows. Thread-safe.
/// </summary>
internal sealed class RunList(IStore store)
{
    private const int MostRounds = 5;

    // With a filter more than the page are looked at at once.
    private const int FewestRows = 50;

    /// <param name="state">Null: all.</param>
    /// <param name="cursor">The position of the last run of the page before.</param>
    public async Task<Page<RunSummary>> ReadAsync(string flowId, RunState? state, int limit, string? cursor, CancellationToken cancellation)
    {
        var items = new List<RunSummary>();
        for (var round = 0; round < MostRounds; round++)
        {
            var (runs, more) = await MergeAsync(flowId, Math.Max(limit, FewestRows), cursor, cancellation);
            foreach (var run in runs)
            {
                cursor = RunIndex.Position(run.RunId);
                if (state is null || run.State == state) items.Add(RunSummary.Of(run));
                if (items.Count == limit) return new Page<RunSummary>(items, more || run != runs[^1] ? cursor : null);
            }

            if (!more) return new Page<RunSummary>(items, null);
        }

        return new Page<RunSummary>(items, cursor);
    }

    /// <summary>Whether a text may be a position that this list gave.</summary>
    public static bool IsCursor(string text) => text.Length == Ids.UlidLength + Ids.ThreadLength && Ids.IsBase32(text);

    private async Task<(IReadOnlyList<RunEntry> Runs, bool More)> MergeAsync(string flowId, int limit, string? after, CancellationToken cancellation)
    {
        var prefix = RunIndex.Prefix(flowId);
        var range = after is null ? RowRange.Prefix(prefix) : RowRange.Prefix(prefix).Behind(prefix + after);
        var pages = await Task.WhenAll(InboxRows.AllShards().Select(shard => store.ReadRangeAsync(Tables.Inbox, shard, range, limit, cancellation)));
        var all = pages.SelectMany(page => page.Rows).OrderBy(row => row.Key, StringComparer.Ordinal).ToList();
        return ([.. all.Take(limit).Select(row => row.As(FlowJson.Default.RunEntry))], all.Count > limit || pages.Any(page => page.More));
    }
}
