using PPMessage.Channels;
using PPMessage.Contacts;

namespace PPMessage.Conversations;

/// <summary>
/// Where something about a contact may lie: the threads of its conversations, and those of its addresses on every channel that reaches them, for a stop can be heard
/// where nothing was ever said. Thread-safe.
/// </summary>
internal sealed class ContactThreads(ThreadKeys keys, ChannelDirectory channels, ChannelKinds kinds)
{
    public static string Of(ContactConversation conversation) => ThreadKeys.Conversation(conversation.ConversationId)!.Value.Thread;

    /// <summary>Whose thread it is; null: it was erased, or its channel is gone.</summary>
    public async Task<Address?> AddressOfAsync(ThreadHead head, CancellationToken cancellation) =>
        head.Address.Length > 0 && await channels.FindAsync(head.ChannelId, cancellation) is { } channel ? kinds.AddressOf(channel, head.Address) : null;

    /// <summary>No operation: keys are computed.</summary>
    public async Task<IReadOnlyDictionary<string, (string ChannelId, Address Address)>> OfAddressesAsync(IEnumerable<Address> addresses, CancellationToken cancellation)
    {
        var found = new Dictionary<string, (string ChannelId, Address Address)>();
        foreach (var address in addresses)
            foreach (var channel in await channels.AllAsync(cancellation))
                if (kinds.Of(channel)?.Reaches == address.Kind) found[await keys.OfAsync(channel.Id, address, cancellation)] = (channel.Id, address);
        return found;
    }
}
