using System.Collections.Concurrent;
using PPMessage.Storage;

namespace PPMessage.Contacts.Bulk;

/// <summary>Contacts and addresses by the thousand: reads many at once, and writes as many of a partition in one transaction as it takes. Thread-safe.</summary>
internal sealed class BulkContacts(IStore store, ContactStore contacts, TimeProvider time)
{
    private const int AtOnce = 32;

    // Of documents in a transaction: less than what Azure takes of them in Base64.
    private const long TransactionBytes = 2 * 1024 * 1024;

    /// <summary>Whose they are. One read each.</summary>
    public async Task<Dictionary<Address, string>> OwnersAsync(IEnumerable<Address> addresses, CancellationToken cancellation)
    {
        var owners = new ConcurrentDictionary<Address, string>();
        await ForEachAsync(addresses.Distinct(), async (address, token) =>
        {
            if (await contacts.OwnerAsync(address, token) is { } owner) owners[address] = owner;
        }, cancellation);
        return new(owners);
    }

    /// <summary>Those that are there, by the id that was asked for and by their own, which differ where one was merged. One read each.</summary>
    public async Task<IReadOnlyDictionary<string, (Contact Contact, string ETag)>> FindAsync(IEnumerable<string> ids, CancellationToken cancellation)
    {
        var found = new ConcurrentDictionary<string, (Contact Contact, string ETag)>();
        await ForEachAsync(ids.Distinct(), async (id, token) =>
        {
            if (await contacts.FindAsync(id, token) is { } contact) found[id] = found[contact.Contact.Id] = contact;
        }, cancellation);
        return found;
    }

    /// <summary>Claims what they don't own yet. One that does not get all is doubtful then, and keeps what it has got.</summary>
    public Task ClaimAsync(IEnumerable<PlannedContact> planned, CancellationToken cancellation)
    {
        var claims = planned.SelectMany(contact => contact.Claims.Select(address => (Contact: contact, Address: address, Key: ContactKeys.Of(address))));
        var transactions = claims.GroupBy(claim => claim.Key.Partition).SelectMany(same => same.Chunk(Limits.TransactionRows).Select(some => (Partition: same.Key, Claims: some)));
        return ForEachAsync(transactions, async (transaction, token) =>
        {
            var writes = transaction.Claims.Select(claim => RowWrite.Insert(claim.Key.Row, new AddressOwner(claim.Contact.Now.Id, claim.Address.Value, time.GetUtcNow()), ContactsJson.Default.AddressOwner)).ToList();
            if ((await store.CommitAsync(Tables.Addresses, transaction.Partition, writes, token)).Committed) return;
            foreach (var (contact, address, _) in transaction.Claims)
                if (await contacts.ClaimAsync(address, contact.Now.Id, token) != contact.Now.Id) contact.IsDoubtful = true;
        }, cancellation);
    }

    /// <summary>Makes new ones. One that is there meanwhile is doubtful, unless it is just the same.</summary>
    public Task InsertAsync(IEnumerable<PlannedContact> planned, CancellationToken cancellation)
    {
        var transactions = planned.GroupBy(contact => ContactKeys.BucketOf(contact.Now.Id)!).SelectMany(same => Transactions(same).Select(some => (Bucket: same.Key, Contacts: some)));
        return ForEachAsync(transactions, async (transaction, token) =>
        {
            if ((await store.CommitAsync(Tables.Contacts, transaction.Bucket, [.. transaction.Contacts.Select(one => one.Write)], token)).Committed) return;
            foreach (var (contact, write) in transaction.Contacts)
            {
                var result = await store.CommitAsync(Tables.Contacts, transaction.Bucket, [write], token);
                contact.IsDoubtful |= !result.Committed && result.Conflict!.Current?.Document.Span.SequenceEqual(write.Document.Span) != true;
            }
        }, cancellation);
    }

    private static IEnumerable<List<(PlannedContact Contact, RowWrite Write)>> Transactions(IEnumerable<PlannedContact> planned)
    {
        var (some, bytes) = (new List<(PlannedContact, RowWrite)>(), 0L);
        foreach (var contact in planned)
        {
            var write = RowWrite.Insert(ContactKeys.Row(contact.Now.Id), contact.Now, ContactsJson.Default.Contact);
            if (some.Count == Limits.TransactionRows || (some.Count > 0 && bytes + write.Document.Length > TransactionBytes))
            {
                yield return some;
                (some, bytes) = ([], 0);
            }

            some.Add((contact, write));
            bytes += write.Document.Length;
        }

        if (some.Count > 0) yield return some;
    }

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, Task> act, CancellationToken cancellation) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (item, token) => await act(item, token));
}
