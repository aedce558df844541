using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;

namespace PPMessage.Inbound;

/// <summary>
/// Finds a message of ours by its provider's id. Two reads where it lies in the thread of its recipient; up to two and <see cref="MostThreads"/> more where it does
/// not: then it may have left for a second address of its contact (off-line rules), out of another thread.
/// </summary>
internal sealed class SentMessages(ChannelKinds kinds, ThreadKeys keys, ThreadStore threads, ContactStore contacts)
{
    private const int MostThreads = 20;

    /// <summary>Null: not one of ours.</summary>
    public async Task<StoredMessage?> FindAsync(Channel channel, string recipient, string providerId, CancellationToken cancellation)
    {
        var address = kinds.AddressOf(channel, recipient);
        var thread = await keys.OfAsync(channel.Id, address, cancellation);
        if (await InAsync(thread, providerId, cancellation) is { } message) return message;
        foreach (var other in await OthersAsync(address, cancellation))
            if (other != thread && await InAsync(other, providerId, cancellation) is { } elsewhere) return elsewhere;
        return null;
    }

    /// <summary>
    /// The attempt that a provider's id belongs to: the current one has its id in the message, and earlier ones have left theirs in the provider's words. Null: nobody
    /// remembers; then it is not the current one's.
    /// </summary>
    public static int? AttemptOf(StoredMessage stored, string providerId) => stored.Message.ProviderId == providerId
        ? stored.Message.Delivery?.Attempt
        : stored.Events.FirstOrDefault(word => word.ProviderId == providerId)?.Attempt;

    /// <summary>
    /// Whether a report is to be recorded and told. One that lies there since before anybody would have asked was told by its callback; one that lies there since
    /// then may be of an earlier look that died before it could tell. A stop counts though the message has failed for all we know.
    /// </summary>
    public static bool IsNews(StoredMessage stored, int attempt, DeliveryReport report, DateTimeOffset asked)
    {
        if (stored.Events.FirstOrDefault(word => word.ProviderId == report.ProviderId && word.ProviderState == report.ProviderState) is { } same) return same.At >= asked;
        var word = new DeliveryEvent(attempt, report.State, report.ProviderState, report.ProviderId, null, report.At);
        var after = stored with { Events = [.. stored.Events, word] };
        return report.Stops is not null || Shown(after, attempt) != Shown(stored, attempt);
    }

    private static string? Shown(StoredMessage stored, int attempt) =>
        attempt == stored.Message.Delivery!.Attempt ? DeliveryView.Of(stored)!.State : DeliveryView.Latest(stored, attempt)?.State;

    private async Task<StoredMessage?> InAsync(string thread, string providerId, CancellationToken cancellation) =>
        await threads.DedupeAsync(thread, ThreadRows.Dedupe("provider", providerId), cancellation) is { } known
            ? await threads.MessageAsync(known.ConversationId, known.MessageId, cancellation)
            : null;

    private async Task<IEnumerable<string>> OthersAsync(Address address, CancellationToken cancellation)
    {
        if (await contacts.OwnerAsync(address, cancellation) is not { } contact) return [];
        var page = await contacts.ConversationsAsync(contact, null, MostThreads, cancellation);
        return page.Rows.Select(row => ThreadKeys.Conversation(row.As(ContactsJson.Default.ContactConversation).ConversationId)?.Thread).OfType<string>().Distinct();
    }
}
