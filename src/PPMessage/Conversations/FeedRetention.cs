using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Forgets changes that every reader has had time to fetch.</summary>
internal static class FeedRetention
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(2);

    public static async Task RunAsync(IStore store, DateTimeOffset now, CancellationToken cancellation)
    {
        var range = new RowRange("e|", InboxRows.FeedFrom((now - Kept).ToUnixTimeMilliseconds()));
        foreach (var shard in InboxRows.AllShards())
        {
            RowPage page;
            do
            {
                page = await store.ReadRangeAsync(Tables.Inbox, shard, range, Limits.TransactionRows, cancellation);
                if (page.Rows.Count > 0) await store.CommitAsync(Tables.Inbox, shard, [.. page.Rows.Select(row => RowWrite.Delete(row.Key))], cancellation);
            }
            while (page.More);
        }
    }
}
