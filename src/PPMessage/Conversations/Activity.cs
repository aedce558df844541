using System.Collections.Concurrent;
using PPMessage.Contacts;

namespace PPMessage.Conversations;

/// <summary>
/// What threads know of a contact. Operations: one range read, then one read for each of its threads: those that the newest conversations name, and those of its
/// addresses on every channel; one more for each of an address that it has given up. What is known of a thread whose address is somebody else's by now is theirs.
/// </summary>
internal sealed class Activity(ContactStore contacts, ThreadStore threads, ContactThreads places)
{
    private const int NewestConversations = 50;

    // A contact may have twenty addresses of a kind, on any number of channels.
    private const int AtOnce = 32;

    public async Task<ContactActivity> OfAsync(Contact contact, CancellationToken cancellation)
    {
        var rows = await contacts.ConversationsAsync(contact.Id, null, NewestConversations, cancellation);
        var noted = rows.Rows.Select(row => ContactThreads.Of(row.As(ContactsJson.Default.ContactConversation)));
        var own = await places.OfAddressesAsync(contact.Addresses(), cancellation);
        var heads = new ConcurrentBag<ThreadHead>();
        await Parallel.ForEachAsync(noted.Union(own.Keys), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (key, token) =>
        {
            var address = own.GetValueOrDefault(key).Address;
            if (await HeadAsync(key, address, token) is { } head && (address is not null || await IsTheirsAsync(head, contact, token))) heads.Add(head);
        });
        return new ContactActivity(
            heads.Where(head => head.ContactId == contact.Id).Max(head => head.LastInboundAt),
            [.. heads.Where(head => head.Consent is not null).Select(ConsentOf).OrderBy(one => one.ChannelId, StringComparer.Ordinal).ThenBy(one => one.Address, StringComparer.Ordinal)]);
    }

    // A thread keeps the contact with whom it began. Whoever has given up an address that nobody has taken is still the one whom a stop is of.
    private async Task<bool> IsTheirsAsync(ThreadHead head, Contact contact, CancellationToken cancellation) =>
        head.ContactId == contact.Id && (await places.AddressOfAsync(head, cancellation) is not { } address || (await contacts.OwnerAsync(address, cancellation) ?? contact.Id) == contact.Id);

    // An erased thread has forgotten its address; whoever has the address knows it.
    private async Task<ThreadHead?> HeadAsync(string thread, Address? own, CancellationToken cancellation) =>
        (await threads.HeadAsync(thread, cancellation))?.Head is { } head ? head with { Address = own?.Value ?? head.Address } : null;

    private static ChannelConsent ConsentOf(ThreadHead head) => new(
        head.ChannelId, head.Address, head.Consent!.Stopped, head.Consent.StopsOnlyCampaigns, head.Consent.History[^1].At,
        [.. head.Consent.History.Select(change => new ConsentStep(change.Stopped, change.Reason, change.Source, change.Detail, change.MessageId, change.At))]);
}
