using PPMessage.Agents;
using PPMessage.Contacts;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Merging;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>What became of an inbound message.</summary>
internal enum Reception
{
    Taken,

    /// <summary>Another message bears the same id of the provider's, and what this one says is not to be found in it.</summary>
    Contradicts,

    /// <summary>It came before all that was said in its thread was erased.</summary>
    Erased,
}

/// <summary>
/// Takes one inbound message into its thread, once, and finishes everything that follows from it: contact, inbox, media.
/// Idempotent: a duplicate finds its predecessor's dedupe row and finishes the rest, whoever left it undone. Thread-safe.
/// Storage operations: 4 for a known sender (read, commit, pointer and inbox), 5 for a new one; one more where a resolved conversation is answered; and
/// <see cref="Assigner"/>'s, where nobody whom the sender knows is on duty.
/// </summary>
internal sealed class Receive(ThreadStore threads, ContactStore contacts, AgentDirectory agents, Inbox inbox, ChannelUse use, Assigner assigner, HandOut handOut, LateComers late, WorkQueue queue, TimeProvider time)
{
    // Each round lost means that somebody else's change went through: with more rounds than callers in flight it ends.
    private const int MostRounds = 50;

    public async Task<Reception> RunAsync(Received received, CancellationToken cancellation)
    {
        var found = await threads.HeadAsync(received.Thread, cancellation);
        var agentsById = (await agents.AllAsync(cancellation)).ToDictionary(agent => agent.Id);
        for (var round = 0; round < MostRounds; round++)
        {
            if (found?.Head.ErasedAt >= received.At) return Reception.Erased;
            var sender = found is { Head: { IsUnused: false } known } ? new Sender(known.ContactId, known.ContactName) : await SenderAsync(received, cancellation);
            var closed = await AnsweredAsync(found?.Head, received, cancellation);
            // Anew in each round: a promise holds for the sequence that it was made for.
            (string? Conversation, Pick Pick) picked = default;
            var (edit, conversation) = Decide();
            if (Opens(found?.Head, conversation, received))
            {
                picked = (conversation.Id, await assigner.PickAsync(conversation.Id, found?.Head.Sequence ?? 0, conversation.Team, cancellation));
                (edit, conversation) = Decide();
            }

            var result = await threads.CommitAsync(received.Thread, edit, cancellation);
            if (result.Committed)
            {
                await FinishAsync(received, edit.Head, conversation, isFirst: found is not { Head.IsUnused: false }, cancellation);
                if (conversation.Assignee is null && picked.Pick.Waits) await handOut.AfterAsync(cancellation);
                return Reception.Taken;
            }

            if (result.Conflict!.Key == received.DedupeRow)
                return await FinishDuplicateAsync(received, result.Conflict.Current!.As(ConversationsJson.Default.Dedupe), cancellation);

            found = await threads.HeadAsync(received.Thread, cancellation);

            (ThreadEdit Edit, Conversation Conversation) Decide() => Receiving.Decide(found?.Head, found?.ETag, closed, received, sender, (before, last) =>
                Assignment.Assignee(before.Assignee, before.Team, last, agentsById) ?? (before.Id == picked.Conversation ? picked.Pick.AgentId : null));
        }

        throw new StoreException($"Thread {received.Thread} is too busy.");
    }

    // One that was open and nobody's already waits for its turn.
    private static bool Opens(ThreadHead? before, Conversation now, Received received) =>
        now is { Status: ConversationStatus.Open, Assignee: null }
        && (now.Id == received.NewConversationId || before?.Find(now.Id) is not { Status: ConversationStatus.Open, Assignee: null });

    private async Task<Sender> SenderAsync(Received received, CancellationToken cancellation)
    {
        var fresh = ContactKeys.NewId(received.Ulid);
        var owner = await contacts.ClaimAsync(received.Address, fresh, cancellation);
        if (owner == fresh) return new Sender(fresh, received.SenderName);
        if (await contacts.FindAsync(owner, cancellation) is { } found) return new Sender(found.Contact.Id, found.Contact.Name);
        // Nobody yet: whoever claimed it dies or is about to write the contact. Or nobody any more, and who writes after that is somebody new.
        if ((await contacts.RowAsync(owner, cancellation))?.Contact.ErasedAt is null) return new Sender(owner, null);
        await contacts.MoveAsync(received.Address, owner, fresh, cancellation);
        return await SenderAsync(received, cancellation);
    }

    /// <summary>
    /// The resolved conversation that it answers. An open one needs no reading, and wins over what else it names; so does the one that stands in the way of
    /// another: only an automatic answer, which opens nothing, goes past it.
    /// </summary>
    private async Task<ClosedConversation?> AnsweredAsync(ThreadHead? head, Received received, CancellationToken cancellation)
    {
        if (head is null || received.Answers.Count == 0 || received.Answers.Any(id => head.Find(id) is not null)) return null;
        if (head.InTheWay is not null && !received.IsAutomatic) return null;
        var found = await threads.ClosedAsync(head, received.Thread, ThreadKeys.Conversation(received.Answers[0])!.Value.Ulid, cancellation);
        return found is { } closed ? new ClosedConversation(closed.Conversation, closed.ETag) : null;
    }

    private async Task FinishAsync(Received received, ThreadHead head, Conversation conversation, bool isFirst, CancellationToken cancellation)
    {
        var isNew = conversation.Id == received.NewConversationId;
        if (isFirst || received.ChannelId != head.ChannelId) await use.NoteAsync(received.ChannelId, cancellation);
        if (isFirst) await EnsureAsync(NewContact(head, received), conversation.Id, cancellation);
        else if (isNew) await contacts.NoteConversationAsync(head.ContactId, conversation.Id, cancellation);

        await inbox.FollowAsync(conversation, head.Changes, expectNew: isNew, cancellation);
        await FetchMediaAsync(conversation.Id, received, cancellation);
    }

    // Whether the first delivery died on the way is not to be seen from here, so all of it is done again: every step is idempotent.
    private async Task<Reception> FinishDuplicateAsync(Received received, Dedupe first, CancellationToken cancellation)
    {
        if (received.Mail is not null && !await IsSameAsync(received, first, cancellation)) return Reception.Contradicts;
        if (await threads.HeadAsync(received.Thread, cancellation) is not { } found) return Reception.Taken;
        if (await IsErasedAsync(found.Head, first, cancellation)) return Reception.Erased;
        var original = received with { Ulid = ThreadKeys.Message(first.MessageId)!.Value.Ulid };
        await use.NoteAsync(received.ChannelId, cancellation);
        await EnsureAsync(NewContact(found.Head, received), first.ConversationId, cancellation);
        await inbox.FollowCurrentAsync(first.ConversationId, cancellation);
        await handOut.AfterAsync(cancellation);
        if (received.Mail is { } mail) await CollectAsync(first, mail.Recipients, cancellation);
        await FetchMediaAsync(first.ConversationId, original, cancellation);
        return Reception.Taken;
    }

    // What tells a duplicate outlives the message.
    private async Task<bool> IsErasedAsync(ThreadHead head, Dedupe first, CancellationToken cancellation) =>
        head.ErasedAt is not null && (head.IsUnused || await threads.MessageAsync(first.ConversationId, first.MessageId, cancellation) is null);

    private async Task EnsureAsync(Contact contact, string conversationId, CancellationToken cancellation)
    {
        if (await contacts.EnsureAsync(contact, conversationId, cancellation) is { } stands) await late.FollowAsync(stands, contact, conversationId, cancellation);
    }

    // Programs that write mail may use a Message-Id twice. Blanks may differ between the forms in which a provider hands on one mail.
    private async Task<bool> IsSameAsync(Received received, Dedupe first, CancellationToken cancellation) =>
        (await threads.MessageAsync(first.ConversationId, first.MessageId, cancellation))?.Message is not { } message
        || (Words(message.Text) == Words(received.Content.Text) && Words(message.Subject ?? string.Empty) == Words(received.Subject ?? string.Empty));

    private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One mail to several of our addresses comes once for each: the message names them all.</summary>
    private async Task CollectAsync(Dedupe first, IReadOnlyList<string> recipients, CancellationToken cancellation)
    {
        while (await threads.MessageAsync(first.ConversationId, first.MessageId, cancellation) is { Message.Mail: { } mail } stored)
        {
            if (!recipients.Except(mail.Recipients).Any()) return;
            var message = stored.Message with { Mail = mail with { Recipients = [.. mail.Recipients.Union(recipients).Order(StringComparer.Ordinal)] } };
            var write = RowWrite.Replace(stored.Row, stored.ETag, message, ConversationsJson.Default.Message);
            if ((await threads.CommitAsync(ThreadKeys.Message(message.Id)!.Value.Thread, [write], cancellation)).Committed) return;
        }
    }

    private Task FetchMediaAsync(string conversationId, Received received, CancellationToken cancellation) =>
        received.Attachments.Any(attachment => attachment.IsMissing)
            ? queue.PutAsync(MediaWork.Word, new MediaWork(conversationId, received.MessageId, 0), ConversationsJson.Default.MediaWork, TimeSpan.Zero, cancellation)
            : Task.CompletedTask;

    private Contact NewContact(ThreadHead head, Received received) => new Contact
    {
        Id = head.ContactId,
        Name = received.SenderName,
        FirstSeenAt = received.At,
        CreatedAt = received.At,
        UpdatedAt = time.GetUtcNow(),
    }.With(received.Address);
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
