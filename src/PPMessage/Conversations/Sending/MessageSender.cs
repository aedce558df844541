using Microsoft.Extensions.DependencyInjection;
using PPMessage.Channels;
using PPMessage.Storage;
using PPMessage.Suppressions;
using PPMessage.Work;

namespace PPMessage.Conversations.Sending;

/// <summary>Work <c>send</c>: an outbound message is on its way, and whoever carries it may die.</summary>
internal sealed record SendWork(string ConversationId, string MessageId);

/// <summary>
/// The shared sender: owns order, claim and recording around the one provider call that an <see cref="IChannelSender"/> translates.
/// A claimed message is called out once; what is recorded afterwards never overwrites a later attempt. Thread-safe.
/// </summary>
internal sealed class MessageSender(
    ThreadStore threads, ChannelDirectory channels, IServiceProvider services, Outbound outbound, Consents consents, ConsentCopy copy, WorkQueue queue, Inbox inbox, TimeProvider time)
{
    public async Task<(Channel Channel, IChannelSender Sender)?> ForAsync(string channelId, CancellationToken cancellation)
    {
        if (await channels.FindAsync(channelId, cancellation) is not { } channel) return null;
        return services.GetKeyedService<IChannelSender>($"{channel.Provider}/{channel.Kind}") is { } sender ? (channel, sender) : null;
    }

    /// <summary>Calls the provider for a message whose claim is committed, and records the outcome. The caller ends its own work afterwards.</summary>
    /// <param name="rowEtag">Of the message's row as claimed.</param>
    /// <param name="head">Of its thread.</param>
    public async Task<Message> CallAsync(Message claimed, string rowEtag, ThreadHead head, CancellationToken cancellation)
    {
        var outcome = await OutcomeAsync(claimed, head, cancellation);
        Telemetry.Sends.Add(1, new("channel.kind", claimed.ChannelKind), new KeyValuePair<string, object?>("outcome", outcome.GetType().Name.ToLowerInvariant()));
        var record = SendRecord.Of(claimed, outcome, time.GetUtcNow());
        var optedOut = outcome is SendOutcome.Refused { OptedOut: true } refused ? refused : null;
        return await RecordAsync(claimed, rowEtag, record, optedOut, cancellation);
    }

    /// <summary>Writes what became of an attempt, then puts the work that looks again. Dying in between is made good by the work that is still there.</summary>
    public async Task<Message> RecordAsync(Message claimed, string rowEtag, SendRecord record, SendOutcome.Refused? optedOut, CancellationToken cancellation)
    {
        var result = optedOut is null
            ? await threads.CommitAsync(ThreadOf(claimed), RecordWrites(record.Message, rowEtag), cancellation)
            : await StopAsync(record.Message, rowEtag, optedOut, cancellation);
        if (!result.Committed) await KeepOvertakenAsync(claimed, record.Message, cancellation);
        if (record.Again is { } after && !IsCampaignsToRepeat(record.Message)) await LookAgainAsync(claimed, after, cancellation);
        if (record.Message is { Campaign: null, Delivery.State: not DeliveryStates.Sending }) await TellAsync(record.Message, cancellation);
        return record.Message;
    }

    /// <summary>Puts work that looks at the message after a while (hopping where that is further than a queue can hide).</summary>
    public Task LookAgainAsync(Message message, TimeSpan after, CancellationToken cancellation) =>
        queue.PutAsync(
            SendWorkHandler.Word,
            new SendWork(message.ConversationId, message.Id),
            ConversationsJson.Default.SendWork,
            after < Limits.LongestHiding ? after : Limits.LongestHiding,
            cancellation);

    /// <summary>Tells the feed how a message stands. A repetition is harmless.</summary>
    public Task TellAsync(Message message, CancellationToken cancellation)
    {
        var row = new FeedRow(ChangeType.Delivery, message.ConversationId, message.Id, time.GetUtcNow());
        var ulid = ThreadKeys.Message(message.Id)!.Value.Ulid;
        return inbox.TellAsync(row, ThreadKeys.Conversation(message.ConversationId)!.Value.Ulid, $"{ulid}|{message.Delivery!.Attempt}{message.Delivery.State}", cancellation);
    }

    // What the provider did not take the campaign offers again, at its own pace.
    private static bool IsCampaignsToRepeat(Message message) => message is { Campaign: not null, Delivery.State: DeliveryStates.Deferred };

    private async Task<SendOutcome> OutcomeAsync(Message message, ThreadHead head, CancellationToken cancellation)
    {
        if (await ForAsync(message.ChannelId, cancellation) is not { } via)
            return new SendOutcome.Refused("no-sender", "The channel is gone, or nothing here can send by it.");
        return await via.Sender.SendAsync(via.Channel, await outbound.OfAsync(message, head, cancellation), cancellation);
    }

    private static List<RowWrite> RecordWrites(Message message, string rowEtag)
    {
        var row = ThreadRows.Message(ThreadKeys.Conversation(message.ConversationId)!.Value.Ulid, ThreadKeys.Message(message.Id)!.Value.Ulid);
        List<RowWrite> writes = [RowWrite.Replace(row, rowEtag, message, ConversationsJson.Default.Message)];
        // A callback that overtook the answer has put the same row already.
        if (message.ProviderId is { } id)
            writes.Add(RowWrite.Put(ThreadRows.Dedupe("provider", id), new Dedupe(message.ConversationId, message.Id, Campaign: message.Campaign?.Tag), ConversationsJson.Default.Dedupe));
        return writes;
    }

    // The provider says that the contact has stopped us: the head learns it in the same commit, so that nobody tries again. What lies elsewhere learns it first.
    private async Task<CommitResult> StopAsync(Message message, string rowEtag, SendOutcome.Refused refused, CancellationToken cancellation)
    {
        var change = new ConsentChange(true, "provider", refused.Code, message.Id, time.GetUtcNow());
        while (true)
        {
            var (head, etag) = await threads.HeadAsync(ThreadOf(message), cancellation) ?? throw new StoreException($"Thread of {message.Id} has no head.");
            var route = message.RouteIn(head);
            if (!Consents.IsOwn(head, route) || route.To != route.Address)
            {
                await consents.ApplyAsync(route.ChannelId, route.To, change, cancellation);
                return await threads.CommitAsync(ThreadOf(message), RecordWrites(message, rowEtag), cancellation);
            }

            var edit = new ThreadEdit(head, etag);
            edit.Change(h => h with { Consent = (h.Consent ?? Consent.Unspoken).After(change) });
            // Before the commit: behind it nobody would do it again.
            await copy.NoteAsync(edit.Head, message.ChannelKind, null, cancellation);
            edit.Replace(message, rowEtag);
            var result = await threads.CommitAsync(ThreadOf(message), edit, cancellation);
            if (result.Conflict?.Key != ThreadRows.Head) return result;
        }
    }

    // Somebody holds a later attempt. What the provider said of ours must not be lost: it becomes one of its words.
    private async Task KeepOvertakenAsync(Message claimed, Message recorded, CancellationToken cancellation)
    {
        if (recorded.ProviderId is not { } providerId) return;
        var stored = await threads.MessageAsync(claimed.ConversationId, claimed.Id, cancellation);
        if (stored is null || stored.Message.ProviderId == providerId) return;
        var attempt = claimed.Delivery!.Attempt;
        var word = new DeliveryEvent(attempt, recorded.Delivery!.State, "accepted", providerId, null, time.GetUtcNow());
        await threads.CommitAsync(
            ThreadOf(claimed),
            [RowWrite.Insert(ThreadRows.Event(stored.Row, attempt, "accepted", providerId), word, ConversationsJson.Default.DeliveryEvent)],
            cancellation);
    }

    private static string ThreadOf(Message message) => ThreadKeys.Message(message.Id)!.Value.Thread;
}
