using PPMessage.Channels;
using PPMessage.Storage;

namespace PPMessage.Conversations.Erasing;

/// <summary>
/// Erases what contacts said and were told in one thread. Order: the head, by which the thread belongs to nobody and takes in nothing older → for each hundred
/// rows: the inbox's copies, the blobs, the rows. What tells duplicates (hashes) stays, so that nothing comes back. Idempotent; thread-safe.
/// </summary>
internal sealed class ThreadErasure(IStore store, ThreadStore threads, Inbox inbox, ChannelDirectory channels, ChannelKinds kinds, ThreadKeys keys, TimeProvider time)
{
    private const int RowsAtOnce = 100;

    /// <param name="contacts">Whose it is: a thread of somebody else stays.</param>
    public async Task RunAsync(string thread, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        if (await HeadAsync(thread, contacts, cancellation) is not { ErasedAt: { } erasedAt } head) return;
        var kept = await KeptAsync(thread, head, contacts, cancellation);
        bool Goes(string conversation) => !kept.Contains(conversation) && Ids.TimeOf(conversation) <= erasedAt;
        await RowsAsync(thread, ThreadRows.AllMessagesPrefix, row => Goes(ThreadRows.ConversationOf(row.Key)), cancellation);
        await RowsAsync(thread, ThreadRows.ClosedPrefix, row => Goes(row.Key[ThreadRows.ClosedPrefix.Length..]), cancellation);
    }

    /// <summary>The head when nothing of these contacts is left in it; null where there is nothing to erase.</summary>
    private async Task<ThreadHead?> HeadAsync(string thread, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        while (await threads.HeadAsync(thread, cancellation) is { } found)
        {
            if (!contacts.Contains(found.Head.ContactId) && !(found.Head.IsUnused && found.Head.Address.Length > 0)) return found.Head;
            var edit = new ThreadEdit(found.Head, found.ETag);
            edit.Change(head => head.Erased(time.GetUtcNow()));
            if ((await threads.CommitAsync(thread, edit, cancellation)).Committed) return edit.Head;
        }

        return null;
    }

    // Somebody else may have been given the address since, or have had it before.
    private async Task<HashSet<string>> KeptAsync(string thread, ThreadHead head, IReadOnlySet<string> contacts, CancellationToken cancellation)
    {
        var closed = new List<Conversation>();
        await foreach (var row in AllAsync(thread, ThreadRows.ClosedPrefix, cancellation)) closed.Add(row.As(ConversationsJson.Default.Conversation));
        return [.. head.Open.Concat(closed.Where(conversation => !contacts.Contains(conversation.ContactId))).Select(conversation => ThreadKeys.Conversation(conversation.Id)!.Value.Ulid)];
    }

    private async Task RowsAsync(string thread, string prefix, Func<Row, bool> goes, CancellationToken cancellation)
    {
        await foreach (var rows in AllAsync(thread, prefix, cancellation).Where(goes).Chunk(RowsAtOnce).WithCancellation(cancellation))
        {
            foreach (var conversation in rows.Select(row => UlidOf(prefix, row.Key)).Distinct()) await inbox.RemoveAsync(ThreadKeys.ConversationPrefix + conversation + thread, cancellation);
            if (prefix == ThreadRows.AllMessagesPrefix)
                foreach (var row in rows.Where(row => !ThreadRows.IsEvent(row.Key))) await BesideAsync(row.As(ConversationsJson.Default.Message), cancellation);
            await DeleteAsync(thread, rows, cancellation);
        }
    }

    // A row that is gone already refuses the whole transaction: somebody else erases here, too.
    private async Task DeleteAsync(string thread, Row[] rows, CancellationToken cancellation)
    {
        if ((await threads.CommitAsync(thread, [.. rows.Select(row => RowWrite.Delete(row.Key))], cancellation)).Committed) return;
        foreach (var row in rows) await threads.CommitAsync(thread, [RowWrite.Delete(row.Key)], cancellation);
    }

    private static string UlidOf(string prefix, string row) => prefix == ThreadRows.AllMessagesPrefix ? ThreadRows.ConversationOf(row) : row[prefix.Length..];

    /// <summary>What lies elsewhere of a message: its blobs, and what is known of another address that it went to.</summary>
    private async Task BesideAsync(Message message, CancellationToken cancellation)
    {
        foreach (var file in message.Attachments) if (file.Blob is { } name) await store.DeleteBlobAsync(Containers.Attachments, name, cancellation);
        if (message.Content is { } content) await store.DeleteBlobAsync(Containers.Contents, content, cancellation);
        if (message.RawBlob is { } raw) await store.DeleteBlobAsync(Containers.Raw, raw, cancellation);
        if (message.Route is not { } route || await channels.FindAsync(route.ChannelId, cancellation) is not { } channel) return;
        foreach (var address in new[] { route.Address, route.To }.Distinct())
            await HeadAsync(await keys.OfAsync(channel.Id, kinds.AddressOf(channel, address), cancellation), new HashSet<string>(), cancellation);
    }

    private async IAsyncEnumerable<Row> AllAsync(string thread, string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var range = RowRange.Prefix(prefix);
        for (var more = true; more;)
        {
            var page = await threads.MessageRowsAsync(thread, range, RowsAtOnce, cancellation);
            foreach (var row in page.Rows) yield return row;
            more = page.More;
            if (more) range = range.Behind(page.Rows[^1].Key);
        }
    }
}
