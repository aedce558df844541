using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>
/// Takes one inbound message into its thread, once, and finishes everything that follows from it: contact, inbox, media.
/// Idempotent: a duplicate finds its predecessor's dedupe row and finishes the rest, whoever left it undone. Thread-safe.
/// Storage operations: 3 for a known sender (read, commit, and pointer + inbox), 5 for a new one; see Storage/README.md.
/// </summary>
internal sealed class Receive(ThreadStore threads, ContactStore contacts, AgentDirectory agents, Inbox inbox, ChannelUse use, WorkQueue queue, TimeProvider time)
{
    // Each round lost means that somebody else's change went through: with more rounds than callers in flight it ends.
    private const int MostRounds = 50;

    public async Task RunAsync(Received received, CancellationToken cancellation)
    {
        var found = await threads.HeadAsync(received.Thread, cancellation);
        var sender = found is null ? await SenderAsync(received, cancellation) : new Sender(found.Value.Head.ContactId, found.Value.Head.ContactName);
        var availability = (await agents.AllAsync(cancellation)).ToDictionary(agent => agent.Id, agent => agent.Availability);
        for (var round = 0; round < MostRounds; round++)
        {
            var edit = Receiving.Decide(found?.Head, found?.ETag, received, sender, (current, last) => Routing.Assignee(current, last, availability));
            var result = await threads.CommitAsync(received.Thread, edit, cancellation);
            if (result.Committed)
            {
                await FinishAsync(received, edit.Head, edit.Head.Open[0], isFirst: found is null, cancellation);
                return;
            }

            if (result.Conflict!.Key == received.DedupeRow)
            {
                await FinishDuplicateAsync(received, result.Conflict.Current!.As(ConversationsJson.Default.Dedupe), cancellation);
                return;
            }

            found = await threads.HeadAsync(received.Thread, cancellation);
        }

        throw new StoreException($"Thread {received.Thread} is too busy.");
    }

    private async Task<Sender> SenderAsync(Received received, CancellationToken cancellation)
    {
        var fresh = ContactKeys.NewId(received.Ulid);
        var owner = await contacts.ClaimAsync(new Address(AddressKind.Phone, received.Address), fresh, cancellation);
        var name = owner == fresh ? null : (await contacts.FindAsync(owner, cancellation))?.Contact.Name;
        return new Sender(owner, name);
    }

    private async Task FinishAsync(Received received, ThreadHead head, Conversation conversation, bool isFirst, CancellationToken cancellation)
    {
        var isNew = conversation.Id == received.NewConversationId;
        if (isFirst)
        {
            await use.NoteAsync(head.ChannelId, cancellation);
            await contacts.EnsureAsync(NewContact(head, received.At), conversation.Id, cancellation);
        }
        else if (isNew) await contacts.NoteConversationAsync(head.ContactId, conversation.Id, cancellation);

        await inbox.FollowAsync(conversation, head.Changes, expectNew: isNew, cancellation);
        await FetchMediaAsync(conversation.Id, received, cancellation);
    }

    // Whether the first delivery died on the way is not to be seen from here, so all of it is done again: every step is idempotent.
    private async Task FinishDuplicateAsync(Received received, Dedupe first, CancellationToken cancellation)
    {
        if (await threads.HeadAsync(received.Thread, cancellation) is not { } found) return;
        var original = received with { Ulid = ThreadKeys.Message(first.MessageId)!.Value.Ulid };
        await use.NoteAsync(found.Head.ChannelId, cancellation);
        await contacts.EnsureAsync(NewContact(found.Head, received.At), first.ConversationId, cancellation);
        if (found.Head.Find(first.ConversationId) is { } open) await inbox.FollowAsync(open, found.Head.Changes, expectNew: false, cancellation);
        await FetchMediaAsync(first.ConversationId, original, cancellation);
    }

    private Task FetchMediaAsync(string conversationId, Received received, CancellationToken cancellation) =>
        received.Attachments.Count == 0
            ? Task.CompletedTask
            : queue.PutAsync(MediaWork.Word, new MediaWork(conversationId, received.MessageId, 0), ConversationsJson.Default.MediaWork, TimeSpan.Zero, cancellation);

    private Contact NewContact(ThreadHead head, DateTimeOffset at) => new()
    {
        Id = head.ContactId,
        Phones = [head.Address],
        FirstSeenAt = at,
        CreatedAt = at,
        UpdatedAt = time.GetUtcNow(),
    };
}

/// <summary>Notes once per channel that something has happened on it: a channel in use is archived, not deleted. Thread-safe.</summary>
internal sealed class ChannelUse(IStore store)
{
    private const string Partition = "used";
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> _noted = new();

    public async ValueTask NoteAsync(string channelId, CancellationToken cancellation)
    {
        if (_noted.ContainsKey(channelId)) return;
        await store.CommitAsync(Tables.Config, Partition, [RowWrite.Put(channelId, new ChannelUsed(channelId), ConversationsJson.Default.ChannelUsed)], cancellation);
        _noted[channelId] = true;
    }

    public async Task<bool> IsUsedAsync(string channelId, CancellationToken cancellation) =>
        await store.ReadAsync(Tables.Config, Partition, channelId, cancellation) is not null;
}

internal sealed record ChannelUsed(string ChannelId);
