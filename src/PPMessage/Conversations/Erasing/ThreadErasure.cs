using System.Runtime.CompilerServices;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Conversations.Erasing;

/// <summary>
/// Erases what contacts said and were told in one thread. Order: the head, by which the thread belongs to nobody and takes in nothing older → for each hundred
/// rows: the inbox's copies, the blobs, the rows. What tells duplicates stays, so that nothing comes back. Conversations of somebody else, who has the address now
/// or had it before, stay with their head, and with the files that they name. Idempotent; thread-safe.
/// </summary>
internal sealed class ThreadErasure(IStore store, ThreadStore threads, Inbox inbox, ChannelDirectory channels, ChannelKinds kinds, ThreadKeys keys, TimeProvider time)
{
    private const int RowsAtOnce = 100;

    /// <param name="channelId">Of a thread of the contacts' own address, which takes in nothing older even where nothing lies yet; null: of their conversations only.</param>
    /// <param name="contacts">The contact, and those that have become part of it.</param>
    /// <param name="noted">ULIDs of the conversations that they know to be theirs.</param>
    public async Task RunAsync(string thread, string? channelId, IReadOnlySet<string> contacts, IReadOnlySet<string> noted, CancellationToken cancellation)
    {
        if (await EraseHeadAsync(thread, channelId, contacts, cancellation) is not var (head, closed)) return;
        var kept = closed.Where(conversation => !contacts.Contains(conversation.ContactId)).Select(UlidOf).ToHashSet();
        var own = closed.Select(UlidOf).Except(kept).ToHashSet();
        kept.UnionWith(head.Open.Select(UlidOf));
        bool Goes(string conversation) => !kept.Contains(conversation) && (own.Contains(conversation) || noted.Contains(conversation) || head.HasErased(conversation));
        await EraseMessagesAsync(thread, Goes, kept.Count == 0 ? [] : await BlobsAsync(thread, conversation => !Goes(conversation), cancellation), cancellation);
        foreach (var some in own.Chunk(RowsAtOnce)) await DeleteAsync(thread, some, some.Select(ThreadRows.Closed), cancellation);
    }

    /// <returns>The head when nothing of these contacts is left in it, and what is resolved; null: there is no head.</returns>
    private async Task<(ThreadHead Head, IReadOnlyList<Conversation> Closed)?> EraseHeadAsync(string thread, string? channelId, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        while (true)
        {
            var found = await threads.HeadAsync(thread, cancellation);
            if (found is null && channelId is null) return null;
            // Behind the head: whoever resolves or reopens one changes the head, and this commit is refused.
            var closed = found is null ? [] : await ClosedAsync(thread, cancellation);
            var head = found?.Head ?? new ThreadHead { ChannelId = channelId!, Address = string.Empty, ContactId = string.Empty };
            var after = found is null ? head.Erased(time.GetUtcNow()) : Without(head, closed, contacts, isOwn: channelId is not null);
            if (after is null) return (head, closed);
            var edit = new ThreadEdit(head, found?.ETag);
            edit.Change(_ => after);
            if ((await threads.CommitAsync(thread, edit, cancellation)).Committed) return (after, closed);
        }
    }

    /// <summary>The head without them; null: there is nothing of them in it.</summary>
    private ThreadHead? Without(ThreadHead head, IReadOnlyList<Conversation> closed, IReadOnlySet<string> contacts, bool isOwn)
    {
        var others = head.Open.Where(conversation => !contacts.Contains(conversation.ContactId)).ToList();
        var isTheirs = contacts.Contains(head.ContactId) || others.Count < head.Open.Count || (isOwn && head.IsUnused && head.Address.Length > 0);
        if (!isTheirs) return null;
        // Erased, it would hide also what others have resolved.
        var next = others.FirstOrDefault() ?? closed.LastOrDefault(conversation => !contacts.Contains(conversation.ContactId) && !head.HasErased(UlidOf(conversation)));
        if (next is null && (head.IsUnused || contacts.Contains(head.ContactId))) return head.Erased(time.GetUtcNow());
        var holder = next is not null && (head.IsUnused || contacts.Contains(head.ContactId)) ? (next.ContactId, next.ContactName) : (head.ContactId, head.ContactName);
        return head with { ContactId = holder.Item1, ContactName = holder.Item2, Open = others, Sequence = head.Sequence + 1 };
    }

    /// <summary>The resolved conversations, oldest first.</summary>
    private async Task<IReadOnlyList<Conversation>> ClosedAsync(string thread, CancellationToken cancellation)
    {
        var closed = new List<Conversation>();
        await foreach (var row in RowsAsync(thread, ThreadRows.ClosedPrefix, cancellation)) closed.Add(row.As(ConversationsJson.Default.Conversation));
        return closed;
    }

    private static string UlidOf(Conversation conversation) => ThreadKeys.Conversation(conversation.Id)!.Value.Ulid;

    // A blob is called after its thread and what is in it: two who had the address may have been sent the same file.
    private async Task<HashSet<string>> BlobsAsync(string thread, Func<string, bool> stays, CancellationToken cancellation)
    {
        var blobs = new HashSet<string>();
        await foreach (var row in RowsAsync(thread, ThreadRows.AllMessagesPrefix, cancellation))
            if (stays(ThreadRows.ConversationOf(row.Key)) && !ThreadRows.IsEvent(row.Key)) blobs.UnionWith(BlobsOf(row.As(ConversationsJson.Default.Message)).Select(blob => blob.Name));
        return blobs;
    }

    private static IEnumerable<(string Container, string Name)> BlobsOf(Message message)
    {
        foreach (var file in message.Attachments) if (file.Blob is { } name) yield return (Containers.Attachments, name);
        if (message.Content is { } content) yield return (Containers.Contents, content);
        if (message.RawBlob is { } raw) yield return (Containers.Raw, raw);
    }

    private async Task EraseMessagesAsync(string thread, Func<string, bool> goes, HashSet<string> spared, CancellationToken cancellation)
    {
        var gone = RowsAsync(thread, ThreadRows.AllMessagesPrefix, cancellation).Where(row => goes(ThreadRows.ConversationOf(row.Key)));
        await foreach (var rows in gone.Chunk(RowsAtOnce).WithCancellation(cancellation))
        {
            foreach (var row in rows.Where(row => !ThreadRows.IsEvent(row.Key))) await EraseBesideAsync(row.As(ConversationsJson.Default.Message), spared, cancellation);
            await DeleteAsync(thread, rows.Select(row => ThreadRows.ConversationOf(row.Key)), rows.Select(row => row.Key), cancellation);
        }
    }

    // A row that is gone already refuses the whole transaction: somebody else erases here, too.
    private async Task DeleteAsync(string thread, IEnumerable<string> conversations, IEnumerable<string> rows, CancellationToken cancellation)
    {
        foreach (var conversation in conversations.Distinct()) await inbox.RemoveAsync(ThreadKeys.ConversationPrefix + conversation + thread, cancellation);
        RowWrite[] writes = [.. rows.Select(row => RowWrite.Delete(row))];
        if ((await threads.CommitAsync(thread, writes, cancellation)).Committed) return;
        foreach (var write in writes) await threads.CommitAsync(thread, [write], cancellation);
    }

    /// <summary>What lies elsewhere of a message: its blobs, and what is known of another address that it went to.</summary>
    private async Task EraseBesideAsync(Message message, HashSet<string> spared, CancellationToken cancellation)
    {
        foreach (var (container, name) in BlobsOf(message).Where(blob => !spared.Contains(blob.Name))) await store.DeleteBlobAsync(container, name, cancellation);
        if (message.Route is not { } route || await channels.FindAsync(route.ChannelId, cancellation) is not { } channel) return;
        foreach (var address in new[] { route.Address, route.To }.Distinct()) await ForgetAddressAsync(channel, kinds.AddressOf(channel, address), cancellation);
    }

    // Where nothing was exchanged and only a stop is known.
    private async Task ForgetAddressAsync(Channel channel, Address address, CancellationToken cancellation)
    {
        var thread = await keys.OfAsync(channel.Id, address, cancellation);
        if ((await threads.HeadAsync(thread, cancellation))?.Head is { IsUnused: true, Address.Length: > 0 }) await EraseHeadAsync(thread, channel.Id, new HashSet<string>(), cancellation);
    }

    private async IAsyncEnumerable<Row> RowsAsync(string thread, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var range = RowRange.Prefix(prefix);
        for (var more = true; more;)
        {
            var page = await store.ReadRangeAsync(Tables.Threads, thread, range, RowsAtOnce, cancellation);
            foreach (var row in page.Rows) yield return row;
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
        }
    }
}
