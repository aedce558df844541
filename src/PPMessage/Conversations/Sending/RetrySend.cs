using PPMessage.Channels;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations.Sending;

/// <summary>A person's decision to send a failed or unknown message again: a new attempt. Write order as for a reply. Thread-safe.</summary>
internal sealed class RetrySend(ThreadStore threads, MessageSender sender, Consents consents, WorkQueue queue, PPMessageOptions options, TimeProvider time)
{
    public async Task<ConversationOutcome> RunAsync(string conversationId, string messageId, CancellationToken cancellation)
    {
        if (await threads.MessageAsync(conversationId, messageId, cancellation) is not { } stored) return new ConversationOutcome.NotFound();
        if (DeliveryView.Of(stored) is not { State: DeliveryStates.Failed or DeliveryStates.Unknown } shown)
            return new ConversationOutcome.Refused("Only what has failed or is unknown can be sent again.");
        if (await sender.ForAsync(stored.Message.ChannelId, cancellation) is not { Channel.Archived: false })
            return new ConversationOutcome.Refused("The conversation's channel is archived, or nothing here can send by it.");
        var thread = ThreadKeys.Message(messageId)!.Value.Thread;
        var (head, _) = await threads.HeadAsync(thread, cancellation) ?? throw new StoreException($"Thread of {messageId} has no head.");
        var route = stored.Message.RouteIn(head);
        if (Replying.StoppedBy(await consents.OfAsync(head, route, cancellation), route) is { } why) return new ConversationOutcome.Refused(why.Text);

        var work = new SendWork(conversationId, messageId);
        var ticket = await queue.PutAsync(SendWorkHandler.Word, work, ConversationsJson.Default.SendWork, options.Timing.Hidden, cancellation);
        var now = time.GetUtcNow();
        var fresh = stored.Message with { ProviderId = null, Delivery = stored.Message.Delivery! with { SentAgain = false, AskedAgainAt = now, State = shown.State, Error = shown.Error } };
        var claimed = SendRecord.Claimed(fresh, now, options.Timing.Claim);
        var result = await threads.CommitAsync(thread, [RowWrite.Replace(stored.Row, stored.ETag, claimed, ConversationsJson.Default.Message)], cancellation);
        if (!result.Committed) return new ConversationOutcome.Refused("Somebody else is sending it right now.");
        ticket = await queue.KeptAsync(ticket);
        var sent = await sender.CallAsync(claimed, result.ETags[0], head, CancellationToken.None);
        await queue.DoneAsync(ticket, CancellationToken.None);
        return new ConversationOutcome.Said(stored with { Message = sent }, Repeated: false);
    }
}
