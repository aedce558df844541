using System.Runtime.CompilerServices;
using PPMessage.Contacts.Facts;
using PPMessage.Storage;

namespace PPMessage.Contacts;

/// <summary>Reads and writes contacts and the addresses that they own. An address belongs to at most one contact: inserting its row decides. Thread-safe.</summary>
internal sealed class ContactStore(IStore store, TimeProvider time)
{
    // Each merge makes the way to the contact that is left one step longer until it is looked after; merged into each other, it has no end.
    private const int MostSteps = 100;

    private const int ConversationsAtOnce = 200;

    /// <summary>Longer than anybody takes from claiming an address to writing the contact, be it in a second try.</summary>
    private static readonly TimeSpan LongestMaking = TimeSpan.FromMinutes(5);

    /// <summary>The contact that an id stands for: of one that was merged, the one that it has become part of. Null: there is none, or it was erased.</summary>
    public async Task<(Contact Contact, string ETag)?> FindAsync(string id, CancellationToken cancellation)
    {
        var found = await RowAsync(id, cancellation);
        for (var step = 0; step < MostSteps && found?.Contact.MergedInto is { } into; step++) found = await RowAsync(into, cancellation);
        return found is { Contact.IsLive: true } ? found : null;
    }

    /// <summary>As it lies there, merged and erased ones included.</summary>
    public async Task<(Contact Contact, string ETag)?> RowAsync(string id, CancellationToken cancellation)
    {
        if (ContactKeys.BucketOf(id) is not { } bucket) return null;
        var row = await store.ReadAsync(Tables.Contacts, bucket, ContactKeys.Row(id), cancellation);
        return row is null ? null : (row.As(ContactsJson.Default.Contact), row.ETag);
    }

    public async Task<string?> OwnerAsync(Address address, CancellationToken cancellation)
    {
        var (partition, key) = ContactKeys.Of(address);
        return (await store.ReadAsync(Tables.Addresses, partition, key, cancellation))?.As(ContactsJson.Default.AddressOwner).ContactId;
    }

    /// <summary>Claims an address for a contact; the answer is whose it is now. One write.</summary>
    public async Task<string> ClaimAsync(Address address, string contactId, CancellationToken cancellation)
    {
        var (partition, key) = ContactKeys.Of(address);
        var result = await store.CommitAsync(
            Tables.Addresses, partition, [RowWrite.Insert(key, new AddressOwner(contactId, address.Value, time.GetUtcNow()), ContactsJson.Default.AddressOwner)], cancellation);
        return result.Conflict?.Current?.As(ContactsJson.Default.AddressOwner).ContactId ?? contactId;
    }

    /// <summary>
    /// Gives an address to another contact if its owner is nobody: erased, or never made because its maker died behind the claim. One that is claimed for a contact
    /// that is just being made stays its. Idempotent.
    /// </summary>
    /// <returns>Whose it is now.</returns>
    public async Task<string> InheritAsync(Address address, string from, string to, CancellationToken cancellation)
    {
        var (partition, key) = ContactKeys.Of(address);
        if (await store.ReadAsync(Tables.Addresses, partition, key, cancellation) is not { } row) return await ClaimAsync(address, to, cancellation);
        var owner = row.As(ContactsJson.Default.AddressOwner);
        if (owner.ContactId != from) return owner.ContactId;
        var stands = await RowAsync(from, cancellation);
        var isNobody = stands is null ? time.GetUtcNow() - (owner.At ?? DateTimeOffset.MinValue) > LongestMaking : stands.Value.Contact.ErasedAt is not null;
        if (isNobody) await MoveAsync(address, from, to, cancellation);
        return await OwnerAsync(address, cancellation) ?? from;
    }

    public async Task ReleaseAsync(Address address, string contactId, CancellationToken cancellation)
    {
        var (partition, key) = ContactKeys.Of(address);
        var row = await store.ReadAsync(Tables.Addresses, partition, key, cancellation);
        if (row?.As(ContactsJson.Default.AddressOwner).ContactId != contactId) return;
        await store.CommitAsync(Tables.Addresses, partition, [RowWrite.Delete(key, row.ETag)], cancellation);
    }

    /// <summary>Gives an address to another contact, if it still is the former one's. Idempotent.</summary>
    public async Task MoveAsync(Address address, string from, string to, CancellationToken cancellation)
    {
        var (partition, key) = ContactKeys.Of(address);
        while (await store.ReadAsync(Tables.Addresses, partition, key, cancellation) is { } row && row.As(ContactsJson.Default.AddressOwner).ContactId == from)
        {
            var write = RowWrite.Replace(key, row.ETag, new AddressOwner(to, address.Value, time.GetUtcNow()), ContactsJson.Default.AddressOwner);
            if ((await store.CommitAsync(Tables.Addresses, partition, [write], cancellation)).Committed) return;
        }
    }

    /// <summary>Makes the contact if it is not there yet, and notes one of its conversations and when it wrote. Idempotent; one write for a new contact.</summary>
    /// <param name="seen">Null: that is noted apart.</param>
    /// <returns>What stands in its place when it is there and is no contact of its own any more; null otherwise.</returns>
    public async Task<Contact?> EnsureAsync(Contact contact, string conversationId, SeenFact? seen, CancellationToken cancellation)
    {
        var bucket = ContactKeys.BucketOf(contact.Id)!;
        RowWrite[] notes = seen is null ? [ConversationNote(contact.Id, conversationId)] : [ConversationNote(contact.Id, conversationId), ContactFacts.Seen(contact.Id, seen)];
        var result = await store.CommitAsync(
            Tables.Contacts, bucket, [RowWrite.Insert(ContactKeys.Row(contact.Id), contact, ContactsJson.Default.Contact), .. notes], cancellation);
        if (result.Committed) return null;
        var stands = result.Conflict!.Key == ContactKeys.Row(contact.Id) ? result.Conflict.Current?.As(ContactsJson.Default.Contact) : null;
        // Noted, it would go with what is erased.
        if (stands?.ErasedAt is null) await store.CommitAsync(Tables.Contacts, bucket, notes, cancellation);
        return stands is { IsLive: false } ? stands : null;
    }

    /// <summary>Idempotent.</summary>
    public Task NoteConversationAsync(string contactId, string conversationId, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, [ConversationNote(contactId, conversationId)], cancellation);

    /// <summary>False when a contact with this id exists.</summary>
    public async Task<bool> InsertAsync(Contact contact, CancellationToken cancellation) =>
        (await store.CommitAsync(
            Tables.Contacts, ContactKeys.BucketOf(contact.Id)!, [RowWrite.Insert(ContactKeys.Row(contact.Id), contact, ContactsJson.Default.Contact)], cancellation)).Committed;

    /// <summary>False when the row has changed.</summary>
    public async Task<bool> ReplaceAsync(Contact contact, string etag, CancellationToken cancellation) =>
        (await store.CommitAsync(
            Tables.Contacts, ContactKeys.BucketOf(contact.Id)!, [RowWrite.Replace(ContactKeys.Row(contact.Id), etag, contact, ContactsJson.Default.Contact)], cancellation)).Committed;

    /// <summary>The contact's conversations, newest first.</summary>
    public async Task<RowPage> ConversationsAsync(string contactId, string? after, int limit, CancellationToken cancellation)
    {
        var range = RowRange.Prefix(ContactKeys.ConversationsPrefix(contactId));
        if (after is not null) range = range.Behind(after);
        return ContactKeys.BucketOf(contactId) is { } bucket
            ? await store.ReadRangeAsync(Tables.Contacts, bucket, range, limit, cancellation)
            : RowPage.Empty;
    }

    /// <summary>Forgets that a conversation is one of the contact's. Idempotent.</summary>
    public Task ForgetConversationAsync(string contactId, string conversationId, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, [RowWrite.Delete(RowOf(contactId, conversationId))], cancellation);

    /// <summary>Idempotent.</summary>
    public Task DeleteAsync(string contactId, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, [RowWrite.Delete(ContactKeys.Row(contactId))], cancellation);

    /// <summary>All of them, read by the page, newest first.</summary>
    public async IAsyncEnumerable<ContactConversation> AllConversationsAsync(string contactId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            var page = await ConversationsAsync(contactId, after, ConversationsAtOnce, cancellation);
            foreach (var row in page.Rows) yield return row.As(ContactsJson.Default.ContactConversation);
            after = page.More ? page.Rows[^1].Key : null;
        }
        while (after is not null);
    }

    /// <summary>Contacts of one bucket in order of creation; merged and erased ones are among them (<see cref="Contact.IsLive"/>).</summary>
    public Task<RowPage> BucketAsync(string bucket, string? afterId, int limit, CancellationToken cancellation)
    {
        var range = RowRange.Prefix("c|");
        return store.ReadRangeAsync(Tables.Contacts, bucket, afterId is null ? range : range.Behind(ContactKeys.Row(afterId)), limit, cancellation);
    }

    /// <summary>Contacts of one bucket from one id to another, both in; the first 1,000 of them. Merged and erased ones are among them.</summary>
    public async Task<IReadOnlyList<Contact>> BetweenAsync(string bucket, string firstId, string lastId, CancellationToken cancellation)
    {
        var range = new RowRange(ContactKeys.Row(firstId), ContactKeys.Row(lastId) + "!");
        return [.. (await store.ReadRangeAsync(Tables.Contacts, bucket, range, Limits.PageRows, cancellation)).Rows.Select(row => row.As(ContactsJson.Default.Contact))];
    }

    private static RowWrite ConversationNote(string contactId, string conversationId) =>
        RowWrite.Insert(RowOf(contactId, conversationId), new ContactConversation(conversationId), ContactsJson.Default.ContactConversation);

    private static string RowOf(string contactId, string conversationId) => ContactKeys.ConversationRow(contactId, conversationId.Substring(3, Ids.UlidLength));
}
