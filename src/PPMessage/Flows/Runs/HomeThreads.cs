using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>Where a run lies that no message has started: with the conversation that is nearest to what it will say.</summary>
/// <param name="ConversationId">Null: one that is open there, or one that opens when something is said.</param>
/// <param name="ChannelId">Null: the contact has no address that an active channel reaches.</param>
internal sealed record Home(string Thread, string? ConversationId, string? ChannelId, string? Address);

/// <summary>
/// Finds a run's home: the thread of the contact's newest conversation, else that of its first address which an active channel reaches, else a place of the contact's own
/// in which nothing can be said. Operations: up to two reads. Thread-safe.
/// </summary>
internal sealed class HomeThreads(ThreadKeys keys, ThreadStore threads, ChannelDirectory channels, ChannelKinds kinds, ContactStore contacts)
{
    private const int Looked = 20;

    /// <param name="channelKind">Null: whichever it is.</param>
    /// <param name="ulid">Of the run: what began after it was asked for is not looked at, so that a repetition finds the same home.</param>
    public async Task<Home> OfAsync(Contact contact, string? channelKind, string ulid, CancellationToken cancellation)
    {
        if (await NewestAsync(contact, channelKind, ulid, cancellation) is { } talking) return talking;
        foreach (var channel in (await channels.AllAsync(cancellation)).Where(channel => channelKind is null || channel.Kind == channelKind).OrderBy(channel => channel.Id, StringComparer.Ordinal))
            if ((await channels.ActiveAsync(channel.Kind, cancellation))?.Id == channel.Id && kinds.Of(channel) is { } kind && contact.First(kind.Reaches) is { } address)
                return new Home(await keys.OfAsync(channel.Id, kinds.AddressOf(channel, address), cancellation), null, channel.Id, address);
        return new Home(await keys.OfAsync("contact", new Address(AddressKind.External, contact.Id), cancellation), null, null, null);
    }

    private async Task<Home?> NewestAsync(Contact contact, string? channelKind, string ulid, CancellationToken cancellation)
    {
        var page = await contacts.ConversationsAsync(contact.Id, null, Looked, cancellation);
        foreach (var id in page.Rows.Select(row => row.As(ContactsJson.Default.ContactConversation).ConversationId))
        {
            if (ThreadKeys.Conversation(id) is not var (thread, began) || string.CompareOrdinal(began, ulid) > 0) continue;
            if (await threads.HeadAsync(thread, cancellation) is not { Head: { IsUnused: false } head } || head.ContactId != contact.Id) continue;
            if (await channels.FindAsync(head.ChannelId, cancellation) is not { Archived: false } channel || (channelKind is not null && channel.Kind != channelKind)) continue;
            return new Home(thread, null, channel.Id, head.Address);
        }

        return null;
    }
}
