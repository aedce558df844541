using PPMessage.Channels;
using PPMessage.Suppressions;

namespace PPMessage.Conversations;

/// <summary>What is known of whether an address may be messaged by a channel: it lies in the head of their thread. Thread-safe.</summary>
internal sealed class Consents(ThreadStore threads, ThreadKeys keys, ChannelDirectory channels, ChannelKinds kinds, ConsentCopy copy, OvertakeRuns overtake, WakeRuns wake)
{
    /// <summary>
    /// For a message that goes along <paramref name="route"/>: a stop of one channel says nothing of another. Where answers go to another address than the one
    /// that wrote (Reply-To), neither may have stopped them. No operation on the thread's own address, a read on any other.
    /// </summary>
    public async Task<Consent?> OfAsync(ThreadHead head, Route route, CancellationToken cancellation)
    {
        var consent = IsOwn(head, route) ? head.Consent : await OfAsync(route.ChannelId, route.Address, cancellation);
        if (route.To == route.Address || consent is { Stopped: true, StopsOnlyCampaigns: false }) return consent;
        return await OfAsync(route.ChannelId, route.To, cancellation) is { Stopped: true } stopped && (consent is not { Stopped: true } || !stopped.StopsOnlyCampaigns) ? stopped : consent;
    }

    /// <summary>Null: nothing was ever said of it, or there is no such channel.</summary>
    public async Task<Consent?> OfAsync(string channelId, string address, CancellationToken cancellation) =>
        await HeadAsync(channelId, address, cancellation) is { } head ? head.Consent : null;

    public async Task<ThreadHead?> HeadAsync(string channelId, string address, CancellationToken cancellation) =>
        await ThreadAsync(channelId, address, cancellation) is { } thread ? (await threads.HeadAsync(thread.Key, cancellation))?.Head : null;

    /// <summary>Whether what is noted of the route's end is noted in this very head.</summary>
    public static bool IsOwn(ThreadHead head, Route route) => route.ChannelId == head.ChannelId && route.Address == head.Address;

    /// <summary>
    /// Notes that an address is stopped, or not any more. Idempotent. Nothing needs ever to have been exchanged with it: a message to it may lie in the thread of
    /// another address of the contact.
    /// </summary>
    public Task ApplyAsync(string channelId, string address, ConsentChange change, CancellationToken cancellation) =>
        ApplyAsync(channelId, address, change, _ => true, cancellation);

    /// <inheritdoc cref="ApplyAsync(string, string, ConsentChange, CancellationToken)"/>
    /// <param name="may">Asked of what is known at the very moment of the change; false keeps it from being made.</param>
    /// <returns>False when <paramref name="may"/> said so.</returns>
    public async Task<bool> ApplyAsync(string channelId, string address, ConsentChange change, Func<Consent, bool> may, CancellationToken cancellation) =>
        await ThreadAsync(channelId, address, cancellation) is not { } thread
        || await ApplyInAsync(thread.Key, new ThreadHead { ChannelId = channelId, Address = thread.Address, ContactId = string.Empty }, change, may, cancellation);

    /// <summary>The same where the thread is known: its address may be forgotten.</summary>
    /// <param name="fresh">The head that it gets if it has none.</param>
    public async Task<bool> ApplyInAsync(string thread, ThreadHead fresh, ConsentChange change, Func<Consent, bool> may, CancellationToken cancellation)
    {
        // Who wants no campaigns may well be in the middle of a talk.
        var ends = change is { Stopped: true, IsByLink: false };
        while (true)
        {
            var state = await threads.StateAsync(thread, cancellation);
            var found = state.Found;
            var consent = found?.Head.Consent ?? Consent.Unspoken;
            if (!may(consent)) return false;
            if (consent.Knows(change))
            {
                // Whoever made it known may have died before it could wake the runs that it ends, and tell of it.
                if (ends) await wake(thread, cancellation);
                if (found is not null) await CopyAsync(found.Value.Head, cancellation);
                return true;
            }

            var edit = new ThreadEdit(found?.Head ?? fresh, found?.ETag);
            edit.Change(head => head with { Consent = consent.After(change) });
            foreach (var open in edit.Head.Open) edit.Note(ChangeType.Conversation, open.Id, null);
            var wakes = ends && overtake(edit, state, null, "opted_out");
            if (!(await threads.CommitAsync(thread, edit, cancellation)).Committed) continue;
            if (wakes) await wake(thread, cancellation);
            await CopyAsync(edit.Head, cancellation);
            return true;
        }
    }

    private async Task CopyAsync(ThreadHead head, CancellationToken cancellation)
    {
        if (await channels.FindAsync(head.ChannelId, cancellation) is not { } channel) return;
        await copy.NoteAsync(head, channel.Kind, head.Address.Length > 0 ? kinds.AddressOf(channel, head.Address) : null, cancellation);
    }

    private async Task<(string Key, string Address)?> ThreadAsync(string channelId, string address, CancellationToken cancellation)
    {
        if (await channels.FindAsync(channelId, cancellation) is not { } channel) return null;
        var canonical = kinds.AddressOf(channel, address);
        return (await keys.OfAsync(channel.Id, canonical, cancellation), canonical.Value);
    }
}
