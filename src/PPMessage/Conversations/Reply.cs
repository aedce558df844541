using Microsoft.Extensions.Logging;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations.Assigning;
using PPMessage.Conversations.Sending;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations;

/// <summary>
/// An agent's reply or note. Write order: files and long texts (blobs) → hidden work → thread commit (message, already claimed) → inbox → provider → record →
/// end of work. Whatever dies in between, the work message brings it back. Operations: 7, one for each blob, and what <see cref="Routes"/> reads. Thread-safe.
/// </summary>
internal sealed class Reply(
    ThreadStore threads, ContactStore contacts, ChannelUse use, Inbox inbox, HandOut handOut, MessageSender sender, Routes routes, Composing composing, WorkQueue queue, OvertakeRuns overtake, WakeRuns wake,
    PPMessageOptions options, TimeProvider time, ILogger<Reply> log)
{
    private const int MostRounds = 50;

    public Task<ConversationOutcome> RunAsync(string conversationId, Draft draft, CancellationToken cancellation) =>
        ThreadKeys.Conversation(conversationId) is { } key
            ? RunAsync(key.Thread, found => LocateAsync(found, conversationId, key.Ulid, draft.Kind, cancellation), draft, cancellation)
            : Task.FromResult<ConversationOutcome>(new ConversationOutcome.NotFound());

    /// <summary>Opens a conversation with its first message. The contact's note of it and the channel's come first: without the commit they point nowhere, which readers bear.</summary>
    public async Task<ConversationOutcome> StartAsync(string thread, ThreadHead fresh, Conversation conversation, Draft draft, CancellationToken cancellation)
    {
        await use.NoteAsync(conversation.ChannelId, cancellation);
        await contacts.NoteConversationAsync(conversation.ContactId, conversation.Id, cancellation);
        return await RunAsync(thread, found => PlaceAsync(thread, found, fresh, conversation, draft, cancellation), draft, cancellation);
    }

    private async Task<ConversationOutcome> RunAsync(
        string thread, Func<(ThreadHead Head, string ETag)?, Task<Located>> locate, Draft draft, CancellationToken cancellation)
    {
        Composed? composed = null;
        WorkTicket? ticket = null;
        for (var round = 0; round < MostRounds; round++)
        {
            var state = await threads.StateAsync(thread, cancellation);
            var located = await locate(state.Found);
            if (located.Instead is { } instead) return instead;
            var (head, conversation) = (located.Head!, located.Conversation!);
            if (composed is null)
            {
                (composed, var mistake) = await ComposeAsync(head, conversation, draft, cancellation);
                if (composed is null) return mistake!;
                ticket = await PutWorkAsync(conversation.Id, draft, cancellation);
            }
            else
            {
                ticket = await queue.KeptAsync(ticket!);
                // Whoever got in between may have been the contact, with a STOP.
                if (composed.Outgoing is { } outgoing) composed = composed with { Outgoing = await routes.AgainAsync(head, outgoing, cancellation) };
            }

            var (edit, after, message) = Replying.Decide(
                head, located.ETag, conversation, located.ClosedETag, draft, composed.Message, composed.Outgoing, options.Timing.Claim);
            // Who answers has taken it over from whatever flow was talking there.
            var wakes = draft.Kind == MessageKind.Reply && overtake(edit, state, conversation.Id, "taken_over");
            var result = await threads.CommitAsync(thread, edit, cancellation);
            if (result.Committed) return await FinishAsync(edit, after, message, result, ticket!, wakes);
            if (draft.DedupeRow is not null && result.Conflict!.Key == draft.DedupeRow) return await RepeatedAsync(result.Conflict, draft, ticket!, cancellation);
        }

        throw new StoreException($"Thread {thread} is too busy.");
    }

    private async Task<(Composed? Composed, ConversationOutcome? Mistake)> ComposeAsync(
        ThreadHead head, Conversation conversation, Draft draft, CancellationToken cancellation)
    {
        if (draft.Kind == MessageKind.Note) return await composing.NoteAsync(conversation, draft, cancellation);
        var (outgoing, mistake) = await routes.OfAsync(head, conversation, draft, cancellation);
        if (outgoing is not null && outgoing.Route.ChannelId != head.ChannelId) await use.NoteAsync(outgoing.Route.ChannelId, cancellation);
        return outgoing is null ? (null, mistake) : await composing.ReplyAsync(conversation, draft, outgoing, cancellation);
    }

    private async Task<Located> LocateAsync((ThreadHead Head, string ETag)? found, string id, string ulid, MessageKind kind, CancellationToken cancellation)
    {
        if (found is not { } thread) return new Located(new ConversationOutcome.NotFound());
        if (thread.Head.Find(id) is { } open) return new Located(null, thread.Head, thread.ETag, open);
        if (await threads.ClosedAsync(thread.Head, ThreadKeys.Conversation(id)!.Value.Thread, ulid, cancellation) is not { } closed) return new Located(new ConversationOutcome.NotFound());
        return kind == MessageKind.Reply && thread.Head.InTheWay is { } other
            ? new Located(new ConversationOutcome.Refused($"It is resolved, and {other.Id} is open with the same address: answer there."))
            : new Located(null, thread.Head, thread.ETag, closed.Conversation, closed.ETag);
    }

    // A repeated request finds the conversation that its first try has opened, and goes on to meet its own dedupe row.
    private async Task<Located> PlaceAsync(
        string thread, (ThreadHead Head, string ETag)? found, ThreadHead fresh, Conversation conversation, Draft draft, CancellationToken cancellation)
    {
        var other = found?.Head.InTheWay;
        var repeated = other is not null && draft.DedupeRow is { } row && await threads.DedupeAsync(thread, row, cancellation) is not null;
        return other is null || repeated
            ? new Located(null, found?.Head.Or(fresh) ?? fresh, found?.ETag, conversation)
            : new Located(new ConversationOutcome.Refused($"{other.Id} is open with this address: answer there."));
    }

    /// <summary>Where a message goes, or what to answer instead.</summary>
    private sealed record Located(ConversationOutcome? Instead, ThreadHead? Head = null, string? ETag = null, Conversation? Conversation = null, string? ClosedETag = null);

    // Two kinds of work end in the same place: a note owes the inbox only.
    private Task<WorkTicket> PutWorkAsync(string conversationId, Draft draft, CancellationToken cancellation) => draft.Kind == MessageKind.Note
        ? queue.PutAsync(InboxWorkHandler.Word, new InboxWork(conversationId), ConversationsJson.Default.InboxWork, options.Timing.Hidden, cancellation)
        : queue.PutAsync(SendWorkHandler.Word, new SendWork(conversationId, draft.MessageId), ConversationsJson.Default.SendWork, options.Timing.Hidden, cancellation);

    // The message is durable and its work lies in the queue: from here on nothing that fails is the caller's concern, nor is the caller's going away ours.
    private async Task<ConversationOutcome> FinishAsync(
        ThreadEdit edit, Conversation conversation, Message message, CommitResult committed, WorkTicket ticket, bool wakes)
    {
        var shown = message;
        ticket = await queue.KeptAsync(ticket);
        // The claim is running: were it not sent now, nobody could before long, and then with doubts. So the list gets a moment, and the queue does the rest.
        using var moment = new CancellationTokenSource(options.Timing.InLine, time);
        var isListed = await TriedAsync(message, async () =>
        {
            await inbox.FollowAsync(conversation, edit.Head.Changes, expectNew: conversation.MessageCount == 1, moment.Token);
            if (wakes) await wake(ThreadKeys.Message(message.Id)!.Value.Thread, moment.Token);
            // A program has opened it, or opened it again, for nobody.
            if (message.Kind == MessageKind.Reply && conversation is { Status: ConversationStatus.Open, Assignee: null }) await handOut.AfterAsync(moment.Token);
        });
        var isCarried = await TriedAsync(message, async () =>
        {
            if (message.Delivery is { State: DeliveryStates.Sending })
                shown = await sender.CallAsync(message, committed.ETags[edit.IndexOf(message)], edit.Head, CancellationToken.None);
        });
        if (isListed && isCarried) await TriedAsync(message, () => queue.DoneAsync(ticket, CancellationToken.None));
        return new ConversationOutcome.Said(new StoredMessage(shown, string.Empty, string.Empty, []), Repeated: false);
    }

    private async Task<bool> TriedAsync(Message message, Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception e)
        {
            log.LeftToTheQueue(e, message.Id);
            return false;
        }
    }

    private async Task<ConversationOutcome> RepeatedAsync(Conflict conflict, Draft draft, WorkTicket ticket, CancellationToken cancellation)
    {
        await queue.DoneAsync(ticket, cancellation);
        var first = conflict.Current!.As(ConversationsJson.Default.Dedupe);
        // What tells a repetition outlives a message that was erased.
        if (await threads.MessageAsync(first.ConversationId, first.MessageId, cancellation) is not { } stored) return new ConversationOutcome.NotFound();
        return stored.Message.RequestHash == draft.RequestHash ? new ConversationOutcome.Said(stored, Repeated: true) : new ConversationOutcome.OtherBody();
    }
}
