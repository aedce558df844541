using System.Text.Json;
using PPMessage.Channels;
using PPMessage.Conversations.Assigning;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Conversations.Sending;

/// <summary>Takes up outbound messages that nobody carries any more: deferred, unknown, or left by the dead. Each run looks first (<see cref="SendStep"/>).</summary>
internal sealed class SendWorkHandler(
    ThreadStore threads, Inbox inbox, HandOut handOut, WakeRuns wake, MessageSender sender, Outbound outbound, Consents consents, PPMessageOptions options, TimeProvider time, TellCampaign? campaign = null) : IWorkHandler
{
    public const string Word = "send";

    public string Kind => Word;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, ConversationsJson.Default.SendWork) is not { } work) return;
        // Without its message the work is that of a request which died before its commit: nobody was told that anything happened.
        if (await threads.MessageAsync(work.ConversationId, work.MessageId, cancellation) is not { } stored) return;
        if (stored.Message.Campaign is null) await FollowAsync(stored, cancellation);
        await StepAsync(stored, cancellation);
    }

    private async Task FollowAsync(StoredMessage stored, CancellationToken cancellation)
    {
        await inbox.FollowCurrentAsync(stored.Message.ConversationId, cancellation);
        await wake(ThreadOf(stored), cancellation);
        await handOut.AfterAsync(cancellation);
    }

    /// <summary>Takes up a message that somebody else's work has left behind. Idempotent.</summary>
    public async Task TakeUpAsync(string conversationId, string messageId, CancellationToken cancellation)
    {
        if (await threads.MessageAsync(conversationId, messageId, cancellation) is { } stored) await StepAsync(stored, cancellation);
    }

    private Task StepAsync(StoredMessage stored, CancellationToken cancellation) => SendStep.Next(stored, time.GetUtcNow()) switch
    {
        SendStep.Wait wait => sender.LookAgainAsync(stored.Message, wait.Until - time.GetUtcNow(), cancellation),
        SendStep.Attempt => AttemptAsync(stored, again: false, cancellation),
        SendStep.Settle settle => SettleAsync(stored, settle.Word, cancellation),
        SendStep.Reconcile => ReconcileAsync(stored, cancellation),
        // Whoever settled it may have died before it could tell.
        _ => TellAsync(stored.Message, cancellation),
    };

    private async Task AttemptAsync(StoredMessage stored, bool again, CancellationToken cancellation)
    {
        var (head, _) = await threads.HeadAsync(ThreadOf(stored), cancellation) ?? throw new StoreException($"Thread of {stored.Message.Id} has no head.");
        var route = stored.Message.RouteIn(head);
        if (Replying.StoppedBy(await consents.OfAsync(head, route, cancellation), route) is { } why)
        {
            await sender.RecordAsync(stored.Message, stored.ETag, new SendRecord(SendRecord.Suppressed(stored.Message, why, time.GetUtcNow()), null), null, cancellation);
            return;
        }

        var message = SendRecord.Claimed(stored.Message, time.GetUtcNow(), options.Timing.Claim);
        if (again) message = message with { Delivery = message.Delivery! with { SentAgain = true } };
        var result = await threads.CommitAsync(ThreadOf(stored), [RowWrite.Replace(stored.Row, stored.ETag, message, ConversationsJson.Default.Message)], cancellation);
        // Somebody else claimed it; this work stays until that attempt is settled.
        if (!result.Committed) await sender.LookAgainAsync(message, options.Timing.Claim, cancellation);
        else await sender.CallAsync(message, result.ETags[0], head, cancellation);
    }

    private Task SettleAsync(StoredMessage stored, DeliveryEvent word, CancellationToken cancellation) =>
        RecordAsync(stored, SendRecord.Found(stored.Message, word.ProviderId, word.State, word.Error, time.GetUtcNow()), cancellation);

    private async Task RecordAsync(StoredMessage stored, SendRecord record, CancellationToken cancellation)
    {
        var message = await sender.RecordAsync(stored.Message, stored.ETag, record, null, cancellation);
        if (message.Campaign is not null) await TellAsync(message, cancellation);
    }

    /// <summary>Tells whoever follows the message: the feed, or its campaign, which is told nothing new by what is not settled yet.</summary>
    private Task TellAsync(Message message, CancellationToken cancellation)
    {
        if (message.Campaign is not { } mark) return sender.TellAsync(message, cancellation);
        var delivery = message.Delivery!;
        if (campaign is null || delivery.State == DeliveryStates.Unknown || (message.ProviderId is null && !DeliveryStates.IsFinal(delivery.State))) return Task.CompletedTask;
        return campaign(mark.Tag, new DeliveryEvent(delivery.Attempt, delivery.State, DeliveryEvent.Settled, message.ProviderId ?? string.Empty, delivery.Error, time.GetUtcNow()), null, cancellation);
    }

    private async Task ReconcileAsync(StoredMessage stored, CancellationToken cancellation)
    {
        var (head, _) = await threads.HeadAsync(ThreadOf(stored), cancellation) ?? throw new StoreException($"Thread of {stored.Message.Id} has no head.");
        var delivery = stored.Message.Delivery!;
        if (await sender.ForAsync(stored.Message.ChannelId, cancellation) is not { } via) return;
        var finding = await via.Sender.FindAsync(via.Channel, await outbound.OfAsync(stored.Message, head, cancellation), delivery.AttemptedAt!.Value, cancellation);
        switch (finding)
        {
            case Finding.Candidates candidates when await OursAsync(stored, candidates.Messages, cancellation) is { } ours:
                var error = ours.ErrorCode is null ? null : new DeliveryError(ours.ErrorCode, ours.ErrorText ?? string.Empty);
                await RecordAsync(stored, SendRecord.Found(stored.Message, ours.ProviderId, ours.State, error, time.GetUtcNow()), cancellation);
                break;
            case Finding.Candidates none when Doubted(delivery, none.BelievedAfter) is { } doubt:
                await LeaveUnknownAsync(stored, "not-found", "The provider does not know it yet.", doubt, cancellation);
                break;
            // Nobody waits for a campaign's message: what disturbs people is not repeated on a suspicion, only when somebody asks for it.
            case Finding.Candidates when stored.Message.Campaign is not null:
                await RecordAsync(stored, SendRecord.NotSent(stored.Message, time.GetUtcNow()), cancellation);
                break;
            case Finding.Candidates when !delivery.SentAgain:
                await AttemptAsync(stored, again: true, cancellation);
                break;
            case Finding.Candidates:
                await LeaveUnknownAsync(stored, "not-found", "The provider does not know it, though it was sent twice: a person decides.", null, cancellation);
                break;
            case Finding.NoAnswer no:
                var ask = time.GetUtcNow() - delivery.AttemptedAt < SendRecord.GivenUpAfter;
                await LeaveUnknownAsync(stored, no.Code, no.Text, ask ? options.Timing.Hidden : null, cancellation);
                break;
            case Finding.CannotAsk cannot:
                await LeaveUnknownAsync(stored, cannot.Code, cannot.Text, null, cancellation);
                break;
        }
    }

    /// <summary>
    /// The oldest candidate that this thread does not know as another message, or as an earlier attempt that failed. From now on it is known as this one: twins that
    /// look at the same time find each its own.
    /// </summary>
    private async Task<Candidate?> OursAsync(StoredMessage stored, IReadOnlyList<Candidate> candidates, CancellationToken cancellation)
    {
        var ours = new Dedupe(stored.Message.ConversationId, stored.Message.Id, Campaign: stored.Message.Campaign?.Tag);
        foreach (var candidate in candidates.Where(candidate => candidate.IsOfThisAttempt || !HasFailedBefore(stored, candidate.ProviderId)))
        {
            var claim = RowWrite.Insert(ThreadRows.Dedupe("provider", candidate.ProviderId), ours, ConversationsJson.Default.Dedupe);
            var result = await threads.CommitAsync(ThreadOf(stored), [claim], cancellation);
            // A callback that comes at this moment may have said so already, with more or less beside it.
            if (result.Committed || result.Conflict!.Current?.As(ConversationsJson.Default.Dedupe).MessageId == ours.MessageId) return candidate;
        }

        return null;
    }

    // One that was delivered after all is as good as ours.
    private static bool HasFailedBefore(StoredMessage stored, string providerId) =>
        stored.Events.Any(word => word.Attempt < stored.Message.Delivery!.Attempt && word.ProviderId == providerId && DeliveryView.Latest(stored, word.Attempt) is { State: DeliveryStates.Failed });

    private TimeSpan? Doubted(Delivery delivery, TimeSpan believedAfter)
    {
        var left = delivery.AttemptedAt!.Value + believedAfter - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : null;
    }

    // Recorded only when it says something new: asking again must not make a history of its own.
    private async Task LeaveUnknownAsync(StoredMessage stored, string code, string text, TimeSpan? again, CancellationToken cancellation)
    {
        var delivery = stored.Message.Delivery!;
        if (delivery.State == DeliveryStates.Unknown && delivery.Error?.Code == code && delivery.Error.Text == text)
        {
            if (again is { } after) await sender.LookAgainAsync(stored.Message, after, cancellation);
            return;
        }

        var unknown = SendRecord.Of(stored.Message, new SendOutcome.Unknown(code, text), time.GetUtcNow());
        await sender.RecordAsync(stored.Message, stored.ETag, unknown with { Again = again }, null, cancellation);
    }

    private static string ThreadOf(StoredMessage stored) => ThreadKeys.Message(stored.Message.Id)!.Value.Thread;
}
