using PPMessage.Contacts;

namespace PPMessage.Conversations;

/// <summary>What threads know of a contact. Operations: one range read, then one read for each of its threads that the newest conversations name.</summary>
internal sealed class Activity(ContactStore contacts, ThreadStore threads)
{
    private const int NewestConversations = 50;

    public async Task<ContactActivity> OfAsync(string contactId, CancellationToken cancellation)
    {
        var rows = await contacts.ConversationsAsync(contactId, null, NewestConversations, cancellation);
        var keys = rows.Rows.Select(row => ThreadKeys.Conversation(row.As(ContactsJson.Default.ContactConversation).ConversationId)!.Value.Thread).Distinct();
        var heads = (await Task.WhenAll(keys.Select(key => threads.HeadAsync(key, cancellation)))).Where(found => found is not null).Select(found => found!.Value.Head).ToList();
        return new ContactActivity(
            heads.Max(head => head.LastInboundAt),
            [.. heads.Where(head => head.Consent is not null).Select(ConsentOf)]);
    }

    private static ChannelConsent ConsentOf(ThreadHead head) => new(head.ChannelId, head.Address, head.Consent!.Stopped, head.Consent.History[^1].At);
}
