using System.Text.Json;
using PPMessage.Agents;
using PPMessage.Conversations.Assigning;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>Work <c>inbox</c>: a conversation was changed and the inbox may not have heard of it.</summary>
internal sealed record InboxWork(string ConversationId);

/// <summary>Tells whoever runs flows that a conversation was opened (also again) or resolved: before the inbox has followed it, at least once.</summary>
/// <param name="seed">The same whenever the same happening is told.</param>
/// <param name="at">Likewise.</param>
internal delegate Task ConversationHappens(Conversation conversation, bool resolved, string seed, DateTimeOffset at, CancellationToken cancellation);

/// <summary>
/// Keeps the ordered lists of conversations and the change feed (table <c>Inbox</c>) behind the threads. Applying a state twice, or an old one after a
/// newer one, changes nothing: pointer and rows move in one transaction, and a later sequence wins. Thread-safe.
/// </summary>
internal sealed class Inbox(IStore store, ThreadStore threads, TimeProvider time, FeedSignal signal, ConversationHappens happens)
{
    /// <param name="expectNew">The conversation has just been opened: most likely no pointer is there, which saves reading it.</param>
    public Task FollowAsync(Conversation conversation, IReadOnlyList<Change> changes, bool expectNew, CancellationToken cancellation) =>
        FollowAsync(conversation, changes, expectNew, [], cancellation);

    /// <inheritdoc cref="FollowAsync(Conversation, IReadOnlyList{Change}, bool, CancellationToken)"/>
    /// <param name="along">Rows that others keep in the inbox, put in the same transaction; where the inbox is further already, one by one and only over older ones.</param>
    public async Task FollowAsync(Conversation conversation, IReadOnlyList<Change> changes, bool expectNew, IReadOnlyList<InboxEntry> along, CancellationToken cancellation)
    {
        var shard = InboxRows.Shard(ThreadKeys.Conversation(conversation.Id)!.Value.Ulid);
        var pointer = expectNew ? null : await store.ReadAsync(Tables.Inbox, shard, InboxRows.Pointer(conversation.Id), cancellation);
        while (true)
        {
            var writes = InboxRows.Follow(conversation, changes, pointer?.As(ConversationsJson.Default.InboxPointer), pointer?.ETag, time.GetUtcNow());
            if (writes is null)
            {
                await PutAsync(ThreadKeys.Conversation(conversation.Id)!.Value.Ulid, along, cancellation);
                return;
            }

            await TellAsync(conversation, pointer?.As(ConversationsJson.Default.InboxPointer), cancellation);
            var result = await store.CommitAsync(Tables.Inbox, shard, [.. writes, .. along.Select(entry => entry.Put)], cancellation);
            if (result.Conflict is not { } conflict) break;
            // The pointer is the first write and guards the others: only it can be refused.
            if (conflict.Index != 0) throw new StoreException($"The inbox of {conversation.Id} has a pointer without its rows.");
            pointer = conflict.Current;
        }

        signal.Raise();
    }

    // The pointer knows what was told before: whoever dies in between tells the same again.
    private async Task TellAsync(Conversation now, InboxPointer? known, CancellationToken cancellation)
    {
        var (was, isResolved) = (known?.Status == ConversationStatus.Resolved, now.Status == ConversationStatus.Resolved);
        var (seed, at) = ($"{now.Id}|{known?.Sequence}", known is null ? now.CreatedAt : DateTimeOffset.FromUnixTimeMilliseconds(known.At));
        if (known is null || (was && !isResolved)) await happens(now, false, seed, at, cancellation);
        if (isResolved && !was) await happens(now, true, seed, at, cancellation);
    }

    /// <summary>Rows that others keep in the inbox, put in the shard of a conversation or of anything else with a ULID; never over later ones. Two operations each.</summary>
    public async Task PutAsync(string shardBy, IReadOnlyList<InboxEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
            while (!await IsPutAsync(InboxRows.Shard(shardBy), entry, cancellation)) { }
    }

    // Whoever was slower than the next change of the same thing must not take it back.
    private async Task<bool> IsPutAsync(string shard, InboxEntry entry, CancellationToken cancellation)
    {
        var there = await store.ReadAsync(Tables.Inbox, shard, entry.Put.Key, cancellation);
        if (there is not null && !entry.IsLaterThan(there)) return true;
        var write = entry.Put with { Kind = there is null ? WriteKind.Insert : WriteKind.Replace, ETag = there?.ETag };
        return (await store.CommitAsync(Tables.Inbox, shard, [write], cancellation)).Committed;
    }

    /// <summary>Follows a conversation as it is now, wherever it lies: for those who come after somebody who died.</summary>
    public async Task FollowCurrentAsync(string conversationId, CancellationToken cancellation)
    {
        if (ThreadKeys.Conversation(conversationId) is not { } key || await threads.HeadAsync(key.Thread, cancellation) is not { } found) return;
        var conversation = found.Head.Find(conversationId) ?? (await threads.ClosedAsync(found.Head, key.Thread, key.Ulid, cancellation))?.Conversation;
        if (conversation is not null) await FollowAsync(conversation, found.Head.Changes, expectNew: false, cancellation);
    }

    /// <summary>Takes a conversation out of all lists and tells the feed, which says to read it again. Idempotent.</summary>
    public async Task RemoveAsync(string conversationId, CancellationToken cancellation)
    {
        var ulid = ThreadKeys.Conversation(conversationId)!.Value.Ulid;
        var shard = InboxRows.Shard(ulid);
        while (await store.ReadAsync(Tables.Inbox, shard, InboxRows.Pointer(conversationId), cancellation) is { } pointer)
        {
            var writes = InboxRows.Remove(conversationId, pointer.As(ConversationsJson.Default.InboxPointer), pointer.ETag, time.GetUtcNow());
            if (!(await store.CommitAsync(Tables.Inbox, shard, writes, cancellation)).Committed) continue;
            signal.Raise();
            return;
        }
    }

    /// <summary>Tells the feed of something that moves no conversation: a delivery, an agent's presence. Idempotent only by time; a feed may repeat itself.</summary>
    public async Task TellAsync(FeedRow row, string shardBy, string tail, CancellationToken cancellation)
    {
        var write = RowWrite.Put(InboxRows.FeedKey(row.At.ToUnixTimeMilliseconds(), tail), row, ConversationsJson.Default.FeedRow);
        await store.CommitAsync(Tables.Inbox, InboxRows.Shard(shardBy), [write], cancellation);
        signal.Raise();
    }

    /// <summary>Tells the feed that an agent came or went.</summary>
    public Task TellOfAsync(Agent agent, CancellationToken cancellation)
    {
        var ulid = Ids.UlidOf(agent.Id, "ag_", 0)!;
        return TellAsync(new FeedRow(ChangeType.Presence, null, agent.Id, time.GetUtcNow()), ulid, $"{ulid}|{agent.Version}", cancellation);
    }
}

/// <summary>A row that others keep in the inbox. It follows something of theirs, as conversations' rows follow the conversation.</summary>
/// <param name="IsLaterThan">Whether it is about a later state than the row that stands there.</param>
internal sealed record InboxEntry(RowWrite Put, Func<Row, bool> IsLaterThan);

/// <summary>Wakes those who wait for changes in this process. Only a hint: other instances' changes are found by looking.</summary>
internal sealed class FeedSignal
{
    private TaskCompletionSource _next = New();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Finishes what a dead process owed the inbox.</summary>
internal sealed class InboxWorkHandler(Inbox inbox, HandOut handOut, WakeRuns wake) : IWorkHandler
{
    public const string Word = "inbox";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, ConversationsJson.Default.InboxWork) is not { } work) return;
        await inbox.FollowCurrentAsync(work.ConversationId, cancellation);
        if (ThreadKeys.Conversation(work.ConversationId) is var (thread, _)) await wake(thread, cancellation);
        await handOut.AfterAsync(cancellation);
    }
}
