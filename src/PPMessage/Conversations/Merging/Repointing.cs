using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Conversations.Merging;

/// <summary>
/// Gives the conversations of a thread to another contact. Operations: a read of the head and one of each forty resolved conversations, one commit where something
/// changes, and for each conversation what its contact and the inbox need to hear. Idempotent; whoever died half-way is followed up. Thread-safe.
/// </summary>
internal sealed class Repointing(IStore store, ThreadStore threads, ContactStore contacts, Inbox inbox)
{
    // With the head and a change for each of them well below the rows of a transaction.
    private const int ClosedAtOnce = 40;

    public async Task RunAsync(string thread, string from, Contact to, CancellationToken cancellation)
    {
        string? after = null;
        do after = await PageAsync(thread, after, from, to, cancellation);
        while (after is not null);
    }

    /// <returns>The row to go on behind; null: that was all.</returns>
    private async Task<string?> PageAsync(string thread, string? after, string from, Contact to, CancellationToken cancellation)
    {
        while (await threads.HeadAsync(thread, cancellation) is { } found)
        {
            // Behind the head: whoever moves a conversation out or in changes the head, and this commit is refused.
            var range = RowRange.Prefix(ThreadRows.ClosedPrefix);
            var page = await store.ReadRangeAsync(Tables.Threads, thread, after is null ? range : range.Behind(after), ClosedAtOnce, cancellation);
            var closed = page.Rows.Select(row => row.As(ConversationsJson.Default.Conversation)).ToList();
            var edit = Moved(new ThreadEdit(found.Head, found.ETag), closed, from, to, out var changed);
            if (changed && !(await threads.CommitAsync(thread, edit, cancellation)).Committed) continue;
            await FollowAsync(edit.Head, closed, to, cancellation);
            return page.More ? page.Rows[^1].Key : null;
        }

        return null;
    }

    private static ThreadEdit Moved(ThreadEdit edit, List<Conversation> closed, string from, Contact to, out bool changed)
    {
        changed = edit.Head.ContactId == from;
        if (changed) edit.Change(head => head with { ContactId = to.Id, ContactName = to.Name });
        foreach (var conversation in edit.Head.Open.Where(open => open.ContactId == from).ToList())
        {
            edit.Note(ChangeType.Conversation, conversation.Id, null);
            edit.Keep(conversation with { ContactId = to.Id, ContactName = to.Name });
            changed = true;
        }

        for (var i = 0; i < closed.Count; i++)
        {
            if (closed[i].ContactId != from) continue;
            edit.Note(ChangeType.Conversation, closed[i].Id, null);
            edit.Close(closed[i] with { ContactId = to.Id });
            closed[i] = closed[i] with { ContactId = to.Id, Sequence = edit.Head.Sequence };
            changed = true;
        }

        return edit;
    }

    // Also what was the contact's before: whoever moved it may have died before the others heard.
    private async Task FollowAsync(ThreadHead head, IEnumerable<Conversation> closed, Contact to, CancellationToken cancellation)
    {
        foreach (var conversation in head.Open.Concat(closed).Where(conversation => conversation.ContactId == to.Id))
        {
            await contacts.NoteConversationAsync(to.Id, conversation.Id, cancellation);
            await inbox.FollowAsync(conversation, head.Changes, expectNew: false, cancellation);
        }
    }
}
