using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
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
internal sealed class Merge(
    ContactStore contacts, PresenceStore presence, ContactFacts facts, Standings standings, Repointing repointing, Naming naming, Erase erase, WorkQueue queue, TimeProvider time) : IWorkHandler
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
        // Not decided on: whoever wanted it died before. Or taken back.
        while (await contacts.RowAsync(work.ContactId, cancellation) is { Contact.MergedInto: not null } found)
        {
            var end = await EndAsync(found.Contact, cancellation);
            if (end is { ErasedAt: { } at })
            {
                if (await WithErasedAsync(found.Contact, found.ETag, at, cancellation)) return;
            }
            else if (end is null)
            {
                await UntieAsync(found.Contact.Id, cancellation);
            }
            else if (await TakeOverAsync(found.Contact, end.Id, cancellation) is { } into)
            {
                await FollowAsync(work, found.Contact, found.ETag, into, cancellation);
                return;
            }
        }
    }

    private async Task FollowAsync(MergeWork work, Contact from, string etag, Contact into, CancellationToken cancellation)
    {
        foreach (var address in from.Addresses()) await contacts.MoveAsync(address, from.Id, into.Id, cancellation);
        await MoveConversationsAsync(from.Id, into, work.Last, cancellation);
        await presence.MoveAsync(from.Id, into.Id, cancellation);
        await facts.MoveAsync(from.Id, into.Id, cancellation);
        await standings.MoveAsync(from.Id, into.Id, work.Last, cancellation);
        await naming.PutAsync(into.Id, cancellation);
        if (work.Last) await contacts.ReplaceAsync(Stub(from, into.Id), etag, cancellation);
        else await PutAsync(work with { Last = true }, Afterwards, cancellation);
    }

    /// <summary>Who was erased after the two were said to be one person, was erased with the other. Before, the other is somebody of their own again.</summary>
    private async Task<bool> WithErasedAsync(Contact former, string etag, DateTimeOffset erasedAt, CancellationToken cancellation) => erasedAt > former.UpdatedAt
        ? await erase.BeginAsync(former, etag, TimeSpan.Zero, cancellation) is not null
        : await contacts.ReplaceAsync(former with { MergedInto = null, UpdatedAt = time.GetUtcNow() }, etag, cancellation);

    private Task<WorkTicket> PutAsync(MergeWork work, TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutBulkAsync(Word, work, ConversationsJson.Default.MergeWork, hiddenFor, cancellation);

    /// <summary>The contact at the end of the way, erased or not; null: the way has no end, for some were merged into each other at the same time.</summary>
    private async Task<Contact?> EndAsync(Contact from, CancellationToken cancellation)
    {
        var (at, seen) = (from, new HashSet<string>());
        while (at.MergedInto is { } next)
        {
            if (!seen.Add(at.Id)) return null;
            at = (await contacts.RowAsync(next, cancellation))?.Contact ?? throw new StoreException($"{at.Id} was merged into {next}, which is not there.");
        }

        return at;
    }

    /// <summary>They are one person all the same: the oldest of those who go round is left.</summary>
    private async Task UntieAsync(string contactId, CancellationToken cancellation)
    {
        var way = new List<(Contact Contact, string ETag)>();
        for (var next = contactId; next is not null && await contacts.RowAsync(next, cancellation) is { } row; next = row.Contact.MergedInto)
        {
            if (way.FindIndex(before => before.Contact.Id == row.Contact.Id) is >= 0 and var begin)
            {
                var (oldest, etag) = way.Skip(begin).MinBy(one => one.Contact.Id, StringComparer.Ordinal);
                await contacts.ReplaceAsync(oldest with { MergedInto = null, UpdatedAt = time.GetUtcNow() }, etag, cancellation);
                return;
            }

            way.Add(row);
        }
    }

    /// <returns>Null: it was merged or erased itself meanwhile.</returns>
    private async Task<Contact?> TakeOverAsync(Contact from, string into, CancellationToken cancellation)
    {
        while (await contacts.RowAsync(into, cancellation) is { Contact.IsLive: true } found)
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
    private static Contact Stub(Contact from, string into) => new()
    {
        Id = from.Id, MergedInto = into, FirstSeenAt = from.FirstSeenAt, CreatedAt = from.CreatedAt, UpdatedAt = from.UpdatedAt, Version = from.Version,
    };
}
