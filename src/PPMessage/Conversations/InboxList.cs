using PPMessage.Http;
using PPMessage.Storage;

namespace PPMessage.Conversations;

/// <summary>Which conversations to list. <paramref name="AnyAssignee"/>: whatever <paramref name="Assignee"/> says.</summary>
/// <param name="Status">Null: all.</param>
/// <param name="Words">Looked for in name, address, subject and last words, without case.</param>
internal sealed record InboxFilter(ConversationStatus? Status, bool AnyAssignee, string? Assignee, string? ChannelId, string? Words, string? Team = null)
{
    public IEnumerable<string> Prefixes() =>
        (Status is { } one ? [one] : new[] { ConversationStatus.Open, ConversationStatus.Pending, ConversationStatus.Resolved })
            .Select(status => AnyAssignee ? InboxRows.ByStatus(status) : InboxRows.ByAssignee(Assignee, status));

    /// <summary>Everything that the filter says of a conversation.</summary>
    public bool Includes(Conversation conversation) =>
        (Status is null || conversation.Status == Status) && (AnyAssignee || conversation.Assignee == Assignee) && Passes(conversation);

    /// <summary>What the list that a conversation stands in does not tell.</summary>
    public bool Passes(Conversation conversation) =>
        (ChannelId is null || conversation.ChannelId == ChannelId)
        && (Team is null || conversation.Team == Team)
        && (Words is null
            || conversation.LastWords.Contains(Words, StringComparison.OrdinalIgnoreCase)
            || conversation.Address.Contains(Words, StringComparison.OrdinalIgnoreCase)
            || conversation.Subject?.Contains(Words, StringComparison.OrdinalIgnoreCase) == true
            || conversation.ContactName?.Contains(Words, StringComparison.OrdinalIgnoreCase) == true);
}

/// <summary>
/// Lists conversations, last activity first: a merge of the ordered rows of all shards. Operations a page: shards × statuses, one each.
/// Under a filter that few pass, a page may be short (even empty) and still have a next one: each page looks at a bounded number of rows.
/// </summary>
internal sealed class InboxList(IStore store)
{
    private const int MostRounds = 5;

    public async Task<Page<Conversation>> ReadAsync(InboxFilter filter, int limit, string? cursor, CancellationToken cancellation)
    {
        var items = new List<Conversation>();
        for (var round = 0; round < MostRounds; round++)
        {
            var (rows, more) = await MergeAsync(filter, limit, cursor, cancellation);
            foreach (var (position, conversation) in rows)
            {
                cursor = position;
                if (filter.Passes(conversation)) items.Add(conversation);
                if (items.Count == limit) return new Page<Conversation>(items, position);
            }

            if (!more) return new Page<Conversation>(items, null);
        }

        return new Page<Conversation>(items, cursor);
    }

    private async Task<(IEnumerable<(string Position, Conversation Conversation)> Rows, bool More)> MergeAsync(
        InboxFilter filter, int limit, string? after, CancellationToken cancellation)
    {
        var reads = InboxRows.AllShards().SelectMany(shard => filter.Prefixes().Select(prefix => ReadAsync(shard, prefix, limit, after, cancellation)));
        var pages = await Task.WhenAll(reads);
        var all = pages.SelectMany(page => page.Rows.Select(row => (Position: row.Key[page.Prefix.Length..], Row: row))).OrderBy(row => row.Position, StringComparer.Ordinal).ToList();
        var rows = all.Take(limit).Select(row => (row.Position, row.Row.As(ConversationsJson.Default.Conversation)));
        return (rows, all.Count > limit || pages.Any(page => page.More));
    }

    private async Task<(string Prefix, IReadOnlyList<Row> Rows, bool More)> ReadAsync(string shard, string prefix, int limit, string? after, CancellationToken cancellation)
    {
        var range = after is null ? RowRange.Prefix(prefix) : RowRange.Prefix(prefix).Behind(prefix + after);
        var page = await store.ReadRangeAsync(Tables.Inbox, shard, range, limit, cancellation);
        return (prefix, page.Rows, page.More);
    }
}
