using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Conversations.Erasing;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations.Merging;

/// <summary>Work <c>merge</c>: a contact that becomes part of another, as its own row says.</summary>
/// <param name="Last">The look afterwards, for what was on its way meanwhile.</param>
internal sealed record MergeWork(string ContactId, bool Last = false);

/// <summary>
/// Makes one contact of two. Decided by one write of the row of the one that goes (<see cref="Contact.MergedInto"/>); what follows is work in the queue
/// <see cref="Queues.Bulk"/> from before that write on, and can be done any number of times: the other contact takes over, the addresses follow, then the threads.
/// Storage/README.md has the order. Thread-safe.
/// </summary>
internal sealed class Merge(ContactStore contacts, PresenceStore presence, Repointing repointing, Naming naming, Erase erase, WorkQueue queue, TimeProvider time) : IWorkHandler
{
    public const string Word = "merge";

    /// <summary>Longer than any request that may still have the former contact in hand.</summary>
    public static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(5);

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    public Task<WorkTicket> PutAsync(string contactId, TimeSpan hiddenFor, CancellationToken cancellation) => PutAsync(new MergeWork(contactId), hiddenFor, cancellation);

    public Task HandleAsync(JsonElement payload, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(payload, ConversationsJson.Default.MergeWork) is { } work ? RunAsync(work, cancellation) : Task.CompletedTask;

    public async Task RunAsync(MergeWork work, CancellationToken cancellation)
    {
        await UntieAsync(work.ContactId, cancellation);
        // Not decided on: whoever wanted it died before. Or taken back.
        if (await contacts.RowAsync(work.ContactId, cancellation) is not { Contact.MergedInto: not null } found) return;
        var from = found.Contact;
        if (await TakeOverAsync(from, cancellation) is not { } into)
        {
            await erase.BeginAsync(found.Contact, found.ETag, TimeSpan.Zero, cancellation);
            return;
        }

        foreach (var address in from.Addresses()) await contacts.MoveAsync(address, from.Id, into.Id, cancellation);
        await MoveConversationsAsync(from.Id, into, work.Last, cancellation);
        await presence.ForgetAsync(from.Id, cancellation);
        await naming.PutAsync(into.Id, cancellation);
        if (work.Last) await contacts.ReplaceAsync(Stub(from), found.ETag, cancellation);
        else await PutAsync(work with { Last = true }, Afterwards, cancellation);
    }

    private Task<WorkTicket> PutAsync(MergeWork work, TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutBulkAsync(Word, work, ConversationsJson.Default.MergeWork, hiddenFor, cancellation);

    /// <summary>Contacts that were merged into each other at the same time are one person all the same: the oldest is left.</summary>
    private async Task UntieAsync(string contactId, CancellationToken cancellation)
    {
        while (await RingAsync(contactId, cancellation) is { } ring)
        {
            var (oldest, etag) = ring.MinBy(row => row.Contact.Id, StringComparer.Ordinal);
            await contacts.ReplaceAsync(oldest with { MergedInto = null, UpdatedAt = time.GetUtcNow() }, etag, cancellation);
        }
    }

    /// <summary>Those who are each merged into the next; null: the way from this one comes to an end.</summary>
    private async Task<IEnumerable<(Contact Contact, string ETag)>?> RingAsync(string contactId, CancellationToken cancellation)
    {
        var way = new List<(Contact Contact, string ETag)>();
        for (var next = contactId; next is not null && await contacts.RowAsync(next, cancellation) is { } row; next = row.Contact.MergedInto)
        {
            if (way.FindIndex(before => before.Contact.Id == row.Contact.Id) is >= 0 and var begin) return way.Skip(begin);
            way.Add(row);
        }

        return null;
    }

    /// <returns>The contact that is left; null when it was erased meanwhile, and this one is to be so with it.</returns>
    private async Task<Contact?> TakeOverAsync(Contact from, CancellationToken cancellation)
    {
        while (await contacts.FindAsync(from.MergedInto!, cancellation) is { } found)
        {
            var after = ContactMerge.Of(from, found.Contact, time.GetUtcNow());
            if (ReferenceEquals(after, found.Contact) || await contacts.ReplaceAsync(after, found.ETag, cancellation)) return after;
        }

        return null;
    }

    // Notes go with the last look only: a conversation is noted before it begins, and may begin between the two.
    private async Task MoveConversationsAsync(string from, Contact into, bool forget, CancellationToken cancellation)
    {
        var seen = new HashSet<string>();
        await foreach (var note in contacts.AllConversationsAsync(from, cancellation))
        {
            var thread = ThreadKeys.Conversation(note.ConversationId)!.Value.Thread;
            if (seen.Add(thread)) await repointing.RunAsync(thread, from, into, cancellation);
            if (forget) await contacts.ForgetConversationAsync(from, note.ConversationId, cancellation);
        }
    }

    /// <summary>Its id goes on standing for the other one.</summary>
    private static Contact Stub(Contact from) => new()
    {
        Id = from.Id, MergedInto = from.MergedInto, FirstSeenAt = from.FirstSeenAt, CreatedAt = from.CreatedAt, UpdatedAt = from.UpdatedAt, Version = from.Version,
    };
}
