using System.Text.Json;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations.Erasing;

/// <summary>Work <c>erase</c>: a contact that is to be erased, as its own row says.</summary>
/// <param name="Round">0: at once. Then again for what was on its way: 1, after which no address is kept; 2, after which nothing is.</param>
internal sealed record EraseWork(string ContactId, int Round = 0);

/// <summary>Erases what flows keep of contacts: their runs in these threads, and in any place of the contacts' own. Idempotent. Registered by whoever runs flows.</summary>
internal delegate Task EraseRuns(IReadOnlyCollection<string> threads, IReadOnlySet<string> contacts, CancellationToken cancellation);

/// <summary>
/// Erases a contact and all that was said with it: rows, lists, files, dead letters, what the audit log says of it. Decided by one write of the contact's row
/// (<see cref="Contact.ErasedAt"/>); what follows is work in the queue <see cref="Queues.Bulk"/> from before that write on, and can be done any number of times.
/// That an address must not be messaged stays, under a keyed hash. Storage/README.md has the order. Thread-safe.
/// </summary>
internal sealed class Erase(
    ContactStore contacts, PresenceStore presence, ContactFacts facts, ContactThreads places, ThreadErasure erasure, Inbox inbox, ErasedRecords records, EraseRuns eraseRuns, WorkQueue queue, TimeProvider time) : IWorkHandler
{
    public const string Word = "erase";

    /// <summary>When each round begins, after the one before: longer than any request in hand; longer than providers go on telling of a message.</summary>
    private static readonly TimeSpan[] Rounds = [TimeSpan.Zero, TimeSpan.FromMinutes(5), TimeSpan.FromDays(2)];

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    public Task<WorkTicket> PutAsync(EraseWork work, TimeSpan hiddenFor, CancellationToken cancellation) =>
        queue.PutBulkAsync(Word, work, ConversationsJson.Default.EraseWork, hiddenFor, cancellation);

    /// <returns>The work; null when the contact has changed since it was read, and nothing was decided.</returns>
    public async Task<WorkTicket?> BeginAsync(Contact contact, string etag, TimeSpan hiddenFor, CancellationToken cancellation)
    {
        var ticket = await PutAsync(new EraseWork(contact.Id), hiddenFor, cancellation);
        return await contacts.ReplaceAsync(WithoutName(contact) with { ErasedAt = time.GetUtcNow() }, etag, cancellation) ? await queue.KeptAsync(ticket) : null;
    }

    public Task HandleAsync(JsonElement payload, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(payload, ConversationsJson.Default.EraseWork) is { } work ? RunAsync(work, goOn: true, cancellation) : Task.CompletedTask;

    /// <param name="goOn">Whether the next round is to be put: not for who only hurries a chain of rounds that runs.</param>
    public async Task RunAsync(EraseWork work, bool goOn, CancellationToken cancellation)
    {
        // Not decided on: whoever wanted it died before.
        if (await contacts.RowAsync(work.ContactId, cancellation) is not { Contact: { ErasedAt: { } at } contact } found) return;
        HashSet<string> ids = [contact.Id, .. contact.MergedFrom];
        // Addresses before threads: whoever writes from now on is somebody new.
        foreach (var address in contact.Addresses())
            foreach (var id in ids) await contacts.ReleaseAsync(address, id, cancellation);
        var threads = await EraseThreadsAsync(contact, ids, cancellation);
        await ForgetAsync(contact, ids, cancellation);
        var next = work.Round + 1;
        if (goOn && next < Rounds.Length) await PutAsync(work with { Round = next }, Rounds[next], cancellation);
        await records.EraseAsync(at, new Mentions([.. ids, .. threads], [.. contact.Addresses()]), cancellation);
        if (work.Round == 1) await contacts.ReplaceAsync(WithoutName(contact) with { Phones = [], Emails = [], ExternalId = null, FormerExternalIds = [] }, found.ETag, cancellation);
        if (next == Rounds.Length) await EndAsync(work, ids, cancellation);
    }

    private async Task<IReadOnlyCollection<string>> EraseThreadsAsync(Contact contact, HashSet<string> ids, CancellationToken cancellation)
    {
        var own = await places.OfAddressesAsync(contact.Addresses(), cancellation);
        var noted = own.Keys.ToDictionary(thread => thread, _ => new HashSet<string>());
        foreach (var id in ids)
            await foreach (var conversation in contacts.AllConversationsAsync(id, cancellation))
            {
                var key = ThreadKeys.Conversation(conversation.ConversationId)!.Value;
                if (!noted.TryGetValue(key.Thread, out var ulids)) noted[key.Thread] = ulids = [];
                ulids.Add(key.Ulid);
            }

        foreach (var (thread, ulids) in noted) await erasure.RunAsync(thread, own.GetValueOrDefault(thread).ChannelId, ids, ulids, cancellation);
        await eraseRuns(noted.Keys, ids, cancellation);
        return noted.Keys;
    }

    /// <summary>What says that it was there, and lists of conversations whose rows are gone: somebody was still writing them.</summary>
    private async Task ForgetAsync(Contact contact, IEnumerable<string> ids, CancellationToken cancellation)
    {
        foreach (var id in contact.MergedFrom) await contacts.DeleteAsync(id, cancellation);
        foreach (var id in ids)
        {
            await presence.ForgetAsync(id, cancellation);
            await facts.EraseAsync(id, cancellation);
            await foreach (var conversation in contacts.AllConversationsAsync(id, cancellation)) await inbox.RemoveAsync(conversation.ConversationId, cancellation);
        }
    }

    // The contact itself last: it says what is left to do.
    private async Task EndAsync(EraseWork work, IEnumerable<string> ids, CancellationToken cancellation)
    {
        foreach (var id in ids)
            await foreach (var conversation in contacts.AllConversationsAsync(id, cancellation)) await contacts.ForgetConversationAsync(id, conversation.ConversationId, cancellation);
        await contacts.DeleteAsync(work.ContactId, cancellation);
    }

    private static Contact WithoutName(Contact contact) => contact with
    {
        Name = null,
        Attributes = new Dictionary<string, JsonElement>(),
        Tags = [],
        TimeZone = null,
        Locale = null,
        MergedInto = null,
        Version = contact.Version + 1,
    };
}
