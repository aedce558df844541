using PPMessage.Channels;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>What is known of whether an address may be messaged by a channel: it lies in the head of their thread. Thread-safe.</summary>
internal sealed class Consents(ThreadStore threads, ThreadKeys keys, ChannelDirectory channels, ChannelKinds kinds)
{
    /// <summary>The thread of an address on a channel; null: there is no such channel.</summary>
    public async Task<string?> ThreadAsync(string channelId, string address, CancellationToken cancellation) =>
        await channels.FindAsync(channelId, cancellation) is { } channel
            ? await keys.OfAsync(channel.Id, kinds.AddressOf(channel, address), cancellation)
            : null;

    /// <summary>For a message that goes along <paramref name="route"/>: a stop of one channel says nothing of another. No operation on the thread's own address.</summary>
    public async Task<Consent?> OfAsync(ThreadHead head, Route route, CancellationToken cancellation)
    {
        if (IsOwn(head, route)) return head.Consent;
        return await ThreadAsync(route.ChannelId, route.Address, cancellation) is { } thread ? (await threads.HeadAsync(thread, cancellation))?.Head.Consent : null;
    }

    public static bool IsOwn(ThreadHead head, Route route) => route.ChannelId == head.ChannelId && route.Address == head.Address;

    /// <summary>Notes that an address is stopped, or not any more. Idempotent. With an address that nothing was ever exchanged with there is nothing to note: it has no thread.</summary>
    /// <returns>The thread's head as it is now; null: there is none.</returns>
    public async Task<ThreadHead?> ApplyAsync(string thread, ConsentChange change, CancellationToken cancellation)
    {
        while (await threads.HeadAsync(thread, cancellation) is { } found)
        {
            var consent = found.Head.Consent ?? Consent.Unspoken;
            if (consent.Knows(change)) return found.Head;
            var edit = new ThreadEdit(found.Head, found.ETag);
            edit.Change(head => head with { Consent = consent.After(change) });
            foreach (var open in found.Head.Open) edit.Note(ChangeType.Conversation, open.Id, null);
            if ((await threads.CommitAsync(thread, edit, cancellation)).Committed) return edit.Head;
        }

        return null;
    }
}
