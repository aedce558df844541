using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>Work <c>naming</c>: a contact may have another name than its threads show.</summary>
internal sealed record NamingWork(string ContactId);

/// <summary>
/// Brings a contact's name into the heads of its threads and into the inbox. Resolved conversations keep the name they were resolved under.
/// Operations: one range read of the contact's conversations; for each thread a read, and a commit where the name differs; the inbox follows.
/// </summary>
internal sealed class Naming(ContactStore contacts, ThreadStore threads, Inbox inbox, WorkQueue queue) : IWorkHandler
{
    public const string Word = "naming";

    public string Kind => Word;

    /// <summary>To be called after the contact was written; the repeated request of a client that got no answer calls it again.</summary>
    public Task PutAsync(string contactId, CancellationToken cancellation) =>
        queue.PutAsync(Word, new NamingWork(contactId), ConversationsJson.Default.NamingWork, TimeSpan.Zero, cancellation);

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, ConversationsJson.Default.NamingWork) is not { } work) return;
        if (await contacts.FindAsync(work.ContactId, cancellation) is not { } found) return;
        var seen = new HashSet<string>();
        await foreach (var note in contacts.AllConversationsAsync(found.Contact.Id, cancellation))
        {
            var thread = ThreadKeys.Conversation(note.ConversationId)!.Value.Thread;
            if (seen.Add(thread)) await NameAsync(thread, found.Contact.Name, cancellation);
        }
    }

    private async Task NameAsync(string thread, string? name, CancellationToken cancellation)
    {
        while (await threads.HeadAsync(thread, cancellation) is { } found)
        {
            var head = found.Head;
            if (head.ContactName != name)
            {
                var edit = Renamed(new ThreadEdit(head, found.ETag), name);
                if (!(await threads.CommitAsync(thread, edit, cancellation)).Committed) continue;
                head = edit.Head;
            }

            // Also where the name was right: whoever wrote it may have died before the inbox heard.
            foreach (var conversation in head.Open) await inbox.FollowAsync(conversation, head.Changes, expectNew: false, cancellation);
            return;
        }
    }

    private static ThreadEdit Renamed(ThreadEdit edit, string? name)
    {
        edit.Change(head => head with { ContactName = name });
        foreach (var conversation in edit.Head.Open.ToList())
        {
            edit.Note(ChangeType.Conversation, conversation.Id, null);
            edit.Keep(conversation with { ContactName = name });
        }

        return edit;
    }
}
