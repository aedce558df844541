using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Conversations;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Merging;
using PPMessage.Flows.Runs;
using PPMessage.Storage;
using PPMessage.Suppressions;
using PPMessage.Work;

namespace PPMessage.Inbound;

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
/// Takes one inbound message into its thread, once, together with what a flow makes of it, and finishes everything that follows: contact, inbox, media, and what the
/// flow sends. Idempotent: a duplicate finds its predecessor's dedupe row and finishes the rest, whoever left it undone. Thread-safe.
/// Storage operations: 4 for a known sender (read, commit, pointer and inbox), 5 for a new one; one more where a resolved conversation is answered, and for the first message of an hour; and the flow's:
/// none for one that only assigns, 1 for each message that it sends (2 where its outcome is to be written), 1 for a wait, 1 where it asks for the contact.
/// </summary>
internal sealed class Receive(
    ThreadStore threads, ContactStore contacts, ContactFacts facts, ConsentCopy consents, Inbox inbox, ChannelUse use, FlowEngine flows, FlowRuns runs, FarAnswers far, HandOut handOut, LateComers late, ContactHappens happens, WorkQueue queue, TimeProvider time, CampaignAnswered? answered = null)
{
    // Each round lost means that somebody else's change went through: with more rounds than callers in flight it ends.
    private const int MostRounds = 50;

    public async Task<Reception> RunAsync(Received received, CancellationToken cancellation)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(received.Thread, cancellation);
            if (state.Head?.ErasedAt >= received.At) return Reception.Erased;
            var taken = await DecideAsync(state, received, cancellation);
            var result = await threads.CommitAsync(received.Thread, taken.Edit, cancellation);
            if (result.Committed)
            {
                await FinishAsync(received, taken, result, cancellation);
                return Reception.Taken;
            }

            if (result.Conflict!.Key == received.DedupeRow)
                return await FinishDuplicateAsync(received, result.Conflict.Current!.As(ConversationsJson.Default.Dedupe), cancellation);
        }

        throw new StoreException($"Thread {received.Thread} is too busy.");
    }

    /// <summary>All that one commit is to make of it, the flow's part included.</summary>
    private async Task<Taken> DecideAsync(StoredThread state, Received received, CancellationToken cancellation)
    {
        var sender = state.Head is { IsUnused: false } known ? new Sender(known.ContactId, known.ContactName) : await SenderAsync(received, cancellation);
        var closed = await AnsweredAsync(state.Head, received, cancellation);
        var (edit, before, conversation) = Receiving.Decide(state.Head, state.ETag, closed, received, sender);
        var isFirst = state.Head is not { IsUnused: false };
        (Movement? movement, Waiter? waiter, IReadOnlyList<RunWork> overtaken) = (null, null, []);
        // What an automatic answer finds resolved stays so, and nobody is told.
        if (conversation.Status != ConversationStatus.Resolved)
        {
            var place = new Place(edit, LiveRun.Of(state), conversation, before is not { Status: ConversationStatus.Open, Assignee: null, HeldBy: null }, state.Head?.Sequence ?? 0)
            {
                IsInbound = true,
                Waiters = StoredWaiter.Of(state),
                // Somebody may have entered the contact long before it writes.
                Contact = isFirst ? sender.Contact ?? NewContact(edit.Head, received) : null,
            };
            waiter = FlowEngine.Listening(edit, state, conversation, received);
            if (waiter is null) (movement, overtaken) = await flows.HearAsync(place, state.Head, received, cancellation);
        }

        edit.Claim(received.DedupeRow, new Dedupe(conversation.Id, received.MessageId, movement?.Run.Id ?? waiter?.RunId));
        return new Taken(edit, before, movement?.Conversation ?? conversation, movement, waiter is not null, overtaken, isFirst, ContactFacts.IsNews(state.Head?.LastInboundAt, received.At));
    }

    /// <param name="Before">The conversation; null: it opens.</param>
    /// <param name="Movement">Of the run that heard it; null: none did.</param>
    /// <param name="IsForAnother">A run of another thread may wait for it.</param>
    /// <param name="Overtaken">Work for runs that it ends, besides what the movement names.</param>
    /// <param name="IsFirst">Nothing was exchanged in the thread before.</param>
    /// <param name="IsSeen">It is the first of its hour.</param>
    private sealed record Taken(ThreadEdit Edit, Conversation? Before, Conversation Conversation, Movement? Movement, bool IsForAnother, IReadOnlyList<RunWork> Overtaken, bool IsFirst, bool IsSeen);

    private async Task<Sender> SenderAsync(Received received, CancellationToken cancellation)
    {
        var fresh = ContactKeys.NewId(received.Ulid);
        var owner = await contacts.ClaimAsync(received.Address, fresh, cancellation);
        if (owner == fresh) return new Sender(fresh, received.SenderName);
        if (await contacts.FindAsync(owner, cancellation) is { } found) return new Sender(found.Contact.Id, found.Contact.Name, found.Contact);
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

    private async Task FinishAsync(Received received, Taken taken, CommitResult committed, CancellationToken cancellation)
    {
        var (head, conversation) = (taken.Edit.Head, taken.Conversation);
        var isNew = taken.Before is null;
        if (taken.IsFirst || received.ChannelId != head.ChannelId) await use.NoteAsync(received.ChannelId, cancellation);
        if (taken.IsFirst) await EnsureAsync(NewContact(head, received), conversation.Id, received, cancellation);
        await TellAsync(head, received, [received.Ulid], cancellation);
        if (!taken.IsFirst && isNew) await contacts.NoteConversationAsync(head.ContactId, conversation.Id, cancellation);
        if (taken.IsSeen && !(taken.IsFirst && facts.IsOfThisHour(received.At))) await facts.SeenAsync(head.ContactId, Seen(received), cancellation);
        if (taken.IsFirst || SpeaksOfConsent(received)) await consents.NoteAsync(head, received.ChannelKind, received.Address, cancellation);

        await runs.FollowAsync(taken.Movement?.Run, conversation, head.Changes, isNew, cancellation);
        await FetchMediaAsync(conversation.Id, received, cancellation);
        foreach (var work in taken.Overtaken) await runs.WakeAsync(work, TimeSpan.Zero, cancellation);
        if (taken.IsForAnother) await far.FinishAsync(received, conversation.Id, cancellation);
        await TellCampaignAsync(head, received, cancellation);
        if (taken.Movement is not { } movement) return;
        if (FlowRuns.MayBeHandedOut(taken.Before, conversation, movement.Waits)) await handOut.AfterAsync(cancellation);
        await runs.FinishAsync(movement, committed, taken.Edit, received.MessageId, cancellation);
    }

    // Whether the first delivery died on the way is not to be seen from here, so all of it is done again: every step is idempotent.
    private async Task<Reception> FinishDuplicateAsync(Received received, Dedupe first, CancellationToken cancellation)
    {
        if (received.Mail is not null && !await IsSameAsync(received, first, cancellation)) return Reception.Contradicts;
        var state = await threads.StateAsync(received.Thread, cancellation);
        if (state.Head is not { } head) return Reception.Taken;
        if (await IsErasedAsync(head, first, cancellation)) return Reception.Erased;
        var original = received with { Ulid = ThreadKeys.Message(first.MessageId)!.Value.Ulid };
        await use.NoteAsync(received.ChannelId, cancellation);
        await EnsureAsync(NewContact(head, received), first.ConversationId, received, cancellation);
        if (!head.IsUnused) await facts.SeenAsync(head.ContactId, Seen(received), cancellation);
        await consents.NoteAsync(head, received.ChannelKind, received.Address, cancellation);
        await TellAsync(head, original, [received.Ulid, original.Ulid], cancellation);
        await inbox.FollowCurrentAsync(first.ConversationId, cancellation);
        await handOut.AfterAsync(cancellation);
        await runs.WakeOvertakenAsync(state, cancellation);
        await far.FinishAsync(original, first.ConversationId, cancellation);
        await TellCampaignAsync(head, original, cancellation);
        if (first.Run is { } run) await runs.RecoverAsync(run, original.MessageId, cancellation);
        if (received.Mail is { } mail) await CollectAsync(first, mail.Recipients, cancellation);
        await FetchMediaAsync(first.ConversationId, original, cancellation);
        return Reception.Taken;
    }

    // A stop is told whatever was said before it.
    private Task TellCampaignAsync(ThreadHead head, Received received, CancellationToken cancellation)
    {
        if (answered is null || head.Campaign is not { } last) return Task.CompletedTask;
        var stops = received.Word == OptOutWord.Stop;
        return last.AnsweredBy == received.MessageId || (stops && received.At <= last.Until) ? answered(last.Tag, stops, received.At, cancellation) : Task.CompletedTask;
    }

    // What tells a duplicate outlives the message.
    private async Task<bool> IsErasedAsync(ThreadHead head, Dedupe first, CancellationToken cancellation) =>
        head.ErasedAt is not null && (head.IsUnused || await threads.MessageAsync(first.ConversationId, first.MessageId, cancellation) is null);

    private async Task EnsureAsync(Contact contact, string conversationId, Received received, CancellationToken cancellation)
    {
        if (await contacts.EnsureAsync(contact, conversationId, facts.IsOfThisHour(received.At) ? Seen(received) : null, cancellation) is { } stands) await late.FollowAsync(stands, contact, conversationId, cancellation);
    }

    private static SeenFact Seen(Received received) => new(received.At, received.ChannelKind);

    private static bool SpeaksOfConsent(Received received) => received.Word is OptOutWord.Stop or OptOutWord.Start;

    // Only if the contact was made of this message: others were told when they were. Whoever claimed the address may have died, or been overtaken by another message, before
    // the thread began: the contact is made of that one all the same.
    private Task TellAsync(ThreadHead head, Received received, IReadOnlyList<string> ulids, CancellationToken cancellation) =>
        ulids.Any(ulid => head.ContactId == ContactKeys.NewId(ulid)) ? happens(NewContact(head, received), true, true, cancellation) : Task.CompletedTask;

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
