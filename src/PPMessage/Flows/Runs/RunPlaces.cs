using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Flows.Runs;

/// <summary>
/// Where a run is moved that no message moves: its conversation, while that is open or nothing else is; else the one that is open in its thread; else one that opens when
/// the run says something. Operations: a read where its conversation is resolved. Thread-safe.
/// </summary>
internal sealed class RunPlaces(ThreadStore threads, ChannelDirectory channels, ChannelKinds kinds)
{
    /// <param name="contactName">Of a contact whose thread begins here.</param>
    public async Task<Place> OfAsync(string thread, StoredThread state, Run run, string? contactName, CancellationToken cancellation)
    {
        var (live, waiters) = (LiveRun.Of(state), StoredWaiter.Of(state));
        if (await HeadAsync(state, run, contactName, cancellation) is not { } head) return new Place(new ThreadEdit(Nowhere(run), state.ETag), live, null, Opens: false, 0);
        var edit = new ThreadEdit(head, state.ETag);
        var conversation = run.ConversationId is { } id ? head.Find(id) : null;
        var closed = conversation is null && run.ConversationId is { } other && head.InTheWay is null
            ? await threads.ClosedAsync(head, thread, ThreadKeys.Conversation(other)!.Value.Ulid, cancellation)
            : null;
        if ((conversation ?? closed?.Conversation ?? head.LastActive) is { } found)
            return new Place(edit, live, found, Opens: found is { Assignee: null, HeldBy: not null }, head.Sequence) { ClosedETag = closed?.ETag, Waiters = waiters };
        return new Place(edit, live, await FreshAsync(thread, head, run, cancellation), Opens: true, head.Sequence) { IsFresh = true, Waiters = waiters };
    }

    private async Task<ThreadHead?> HeadAsync(StoredThread state, Run run, string? contactName, CancellationToken cancellation)
    {
        if (state.Head is { IsUnused: false } head) return head;
        if (run.Home is not { } home || await channels.FindAsync(home.ChannelId, cancellation) is not { } channel) return state.Head;
        var fresh = new ThreadHead { ChannelId = channel.Id, Address = home.Address, ContactId = run.ContactId, ContactName = contactName, AllowsSeveralOpen = kinds.Of(channel)?.AllowsSeveralOpen == true };
        return state.Head?.Or(fresh) ?? fresh;
    }

    // Its id is drawn from the run's: whoever repeats this opens the same one.
    private async Task<Conversation?> FreshAsync(string thread, ThreadHead head, Run run, CancellationToken cancellation) =>
        run.Home is null || await channels.FindAsync(head.ChannelId, cancellation) is not { } channel ? null : new Conversation
        {
            Id = ThreadKeys.ConversationPrefix + RunKeys.Of(run.Id)!.Value.Ulid + thread,
            ChannelId = channel.Id,
            ChannelKind = channel.Kind,
            Address = head.Address,
            ContactId = head.ContactId,
            ContactName = head.ContactName,
            CreatedAt = run.StartedAt,
            LastActivityAt = run.StartedAt,
        };

    // A run of a contact whom no channel reaches: it can change the contact and call programs, and says nothing.
    private static ThreadHead Nowhere(Run run) => new() { ChannelId = string.Empty, Address = string.Empty, ContactId = run.ContactId };
}
