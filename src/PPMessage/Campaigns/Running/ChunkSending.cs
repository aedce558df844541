using System.Collections.Concurrent;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Sending;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Conversations;
using PPMessage.Conversations.Sending;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Sends to the recipients of a chunk, each by the first channel that may message it. First every message is claimed in its thread, and those that go out one by one are sent at
/// once; then those that go out together. Thread-safe.
/// </summary>
internal sealed class ChunkSending(CampaignPost post, MessageSender sender, Outbound outbound, BatchCalls batches, FlowStarts flows, Letters letters, PPMessageOptions options, TimeProvider time)
{
    private const int AtOnce = 8;

    // So many one after the other are no accident: the provider is down, or out of reach.
    private const int MostUnknown = 10;

    // Below that a timer is not worth its while.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    // By channel: of how many messages, one after the other, nobody knows whether the provider has them.
    private readonly ConcurrentDictionary<string, int> _unknown = new();

    /// <returns>The chunk as it is now (null: somebody else has it), what came of each recipient, and what keeps the rest from being sent.</returns>
    public async Task<(StoredChunk? Chunk, IReadOnlyList<ItemResult> Results, ChannelTrouble? Trouble)> SendAsync(
        StoredChunk chunk, IReadOnlyDictionary<string, Contact> contacts, Plan plan, LaneSlot.Granted slot, CancellationToken cancellation)
    {
        var run = new ChunkRun(chunk, plan, slot);
        await Parallel.ForEachAsync(chunk.Chunk.Items.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, _) =>
        {
            // What befalls one must not cut off the others in the middle of their calls.
            if (run.Trouble is null) await SendAsync(run, one.Item, contacts.GetValueOrDefault(one.Item.ContactId), one.Index, cancellation);
        });
        run.DeferUncalled(time.GetUtcNow());
        if (run.Trouble is not null || run.Together.IsEmpty) return (chunk, [.. run.Results], run.Trouble);
        var (after, results, trouble) = await batches.CallAsync(chunk, plan, [.. run.Together], cancellation);
        return (after, [.. run.Results, .. results], trouble);
    }

    /// <summary>Finds out who of a cancelled chunk was sent to, or is just being; nobody else is any more.</summary>
    public async Task<IReadOnlyList<ItemResult>> CancelAsync(StoredChunk chunk, IReadOnlyDictionary<string, Contact> contacts, Plan plan, CancellationToken cancellation)
    {
        var run = new ChunkRun(chunk, plan, new LaneSlot.Granted(time.GetUtcNow(), TimeSpan.Zero)) { IsCancelled = true };
        await Parallel.ForEachAsync(chunk.Chunk.Items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (item, _) =>
        {
            if (await FindAsync(run, item, contacts.GetValueOrDefault(item.ContactId), cancellation) is var (channel, there)) await TakeUpAsync(run, item, channel, there, 0, cancellation);
            else run.Skip(item, Reasons.Cancelled, time.GetUtcNow());
        });
        foreach (var never in run.Together.Where(one => !BatchCalls.IsDoubted(chunk, one))) run.Skip(never.Item, Reasons.Cancelled, time.GetUtcNow());
        return run.Together.Where(one => BatchCalls.IsDoubted(chunk, one)).ToList() is { Count: > 0 } doubted
            ? [.. run.Results, .. await batches.FindOutAsync(chunk, plan, doubted, cancellation)]
            : [.. run.Results];
    }

    /// <summary>
    /// Asks what became of those of whom the ledger says that it is unknown: once it says so, since before nobody would hear the answer. Who dies in between has put the same work,
    /// hidden, when the doubt arose.
    /// </summary>
    public async Task AskAsync(IReadOnlyList<ItemResult> results, CancellationToken cancellation)
    {
        foreach (var doubtful in results.Select(result => result.Doubtful).OfType<Message>()) await sender.LookAgainAsync(doubtful, TimeSpan.Zero, cancellation);
    }

    private async Task<(PlannedChannel Channel, Posting.There There)?> FindAsync(ChunkRun run, ChunkItem item, Contact? contact, CancellationToken cancellation)
    {
        foreach (var kind in contact is null ? [] : item.Kinds)
            if (run.Plan.Channels.TryGetValue(kind, out var channel) && contact!.First(channel.Kind.Reaches) is { } address
                && await post.FindAsync(letters.Of(run.Chunk, item, run.Plan, channel, address, contact), cancellation) is { } there) return (channel, there);
        return null;
    }

    private async Task SendAsync(ChunkRun run, ChunkItem item, Contact? contact, int index, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (contact is null) run.Skip(item, Reasons.Gone, now);
        else if (run.IsLate(item, now)) await DeferAsync(run, item, contact, index, now, cancellation);
        else if (item.Kinds.Count == 0) run.Results.Add(await flows.StartAsync(run.Chunk, item, contact, run.Plan, cancellation));
        else await SendAsync(run, item, contact, index, now, cancellation);
    }

    private async Task SendAsync(ChunkRun run, ChunkItem item, Contact contact, int index, DateTimeOffset now, CancellationToken cancellation)
    {
        var (why, reason) = ((string?)null, Reasons.NoAddress);
        foreach (var kind in item.Kinds)
        {
            if (!run.Plan.Channels.TryGetValue(kind, out var channel) || contact.First(channel.Kind.Reaches) is not { } address) continue;
            var letter = letters.Of(run.Chunk, item, run.Plan, channel, address, contact);
            switch (await post.PostAsync(letter, cancellation))
            {
                case Posting.Suppressed suppressed:
                    (why, reason) = ($"{kind}: {suppressed.Why.Code} {suppressed.Why.Text}".Trim(), Reasons.Suppressed);
                    continue;
                case Posting.Unwritable unwritable:
                    (why, reason) = ($"{kind}: {unwritable.Why}", Reasons.Content);
                    continue;
                case Posting.Claimed claimed:
                    await CarryAsync(run, item, channel, claimed, index, cancellation);
                    return;
                case Posting.There there:
                    await TakeUpAsync(run, item, channel, there, index, cancellation);
                    return;
            }
        }

        run.Skip(item, reason, now, why);
    }

    // Whoever was to send it in time may have done so, and died.
    private async Task DeferAsync(ChunkRun run, ChunkItem item, Contact contact, int index, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await FindAsync(run, item, contact, cancellation) is var (channel, there)) await TakeUpAsync(run, item, channel, there, index, cancellation);
        else run.Defer(item, now);
    }

    private async Task CarryAsync(ChunkRun run, ChunkItem item, PlannedChannel channel, Posting.Claimed claimed, int index, CancellationToken cancellation)
    {
        if (claimed.Message.ProviderId is not null)
        {
            run.Together.Add(new Together(item, channel, claimed.Message, claimed.RowETag, await outbound.OfAsync(claimed.Message, claimed.Head, cancellation)));
            return;
        }

        await PaceAsync(run.Slot, index, cancellation);
        // Somebody who was being served when the trouble came is claimed: what came of it is found out.
        Told(run, item, channel, await sender.CallAsync(claimed.Message, claimed.RowETag, claimed.Head, cancellation));
    }

    /// <summary>Somebody has posted it before, and died or is still at it.</summary>
    private async Task TakeUpAsync(ChunkRun run, ChunkItem item, PlannedChannel channel, Posting.There there, int index, CancellationToken cancellation)
    {
        var message = there.Stored.Message;
        if (message is { ProviderId: { } id, Delivery.State: DeliveryStates.Sending } && Letters.IsTogether(run.Chunk, channel, id))
        {
            run.Together.Add(new Together(item, channel, message, there.Stored.ETag, await outbound.OfAsync(message, there.Head, cancellation)));
            return;
        }

        switch (NextOf(there.Stored))
        {
            case SendStep.Attempt when run.IsCancelled:
                run.Skip(item, Reasons.Cancelled, time.GetUtcNow());
                break;
            case SendStep.Attempt when run.IsLate(item, time.GetUtcNow()):
                run.Defer(item, time.GetUtcNow());
                break;
            case SendStep.Attempt when await post.AgainAsync(there, cancellation) is { } claimed:
                await CarryAsync(run, item, channel, claimed, index, cancellation);
                break;
            case SendStep.Reconcile or SendStep.Settle:
                // Asked by its own work, whose answer comes to the ledger.
                await sender.LookAgainAsync(message, options.Timing.Hidden, cancellation);
                run.Results.Add(ResultOf(run, item, channel, message, RecipientState.Unknown, true) with { Doubtful = message });
                break;
            case SendStep.Wait or SendStep.Attempt:
                run.Results.Add(ItemResult.Unfinished(item));
                break;
            default:
                Told(run, item, channel, message);
                break;
        }
    }

    // What it was put off for is borne by the lane, or by the run that stood still: whoever lets that go on wants it sent now.
    private SendStep NextOf(StoredMessage stored) => SendStep.Next(stored, time.GetUtcNow()) switch
    {
        SendStep.Wait when stored.Message.Delivery!.State == DeliveryStates.Deferred => new SendStep.Attempt(),
        var step => step,
    };

    private void Told(ChunkRun run, ChunkItem item, PlannedChannel channel, Message message)
    {
        var delivery = message.Delivery!;
        switch (delivery.State)
        {
            case DeliveryStates.Deferred:
                run.Stop(new ChannelTrouble(channel.Channel, delivery.Error?.Code ?? string.Empty, delivery.Error?.Text ?? string.Empty, (delivery.NotBefore ?? time.GetUtcNow()) - time.GetUtcNow()));
                run.Results.Add(ItemResult.Unfinished(item));
                break;
            case DeliveryStates.Failed or DeliveryStates.Suppressed:
                run.Results.Add(ResultOf(run, item, channel, message, RecipientState.Failed, false));
                break;
            case DeliveryStates.Unknown:
                // What became of them is found out, but the next would fare no better.
                if (run.Trouble is null && HasGivenUp(channel.Id))
                    run.Stop(new ChannelTrouble(channel.Channel, delivery.Error?.Code ?? string.Empty, delivery.Error?.Text ?? string.Empty, ChunkWorkHandler.TroubleFrom));
                run.Results.Add(ResultOf(run, item, channel, message, RecipientState.Unknown, true) with { Doubtful = message });
                break;
            default:
                _unknown.TryRemove(channel.Id, out _);
                run.Results.Add(ResultOf(run, item, channel, message, RecipientState.Sent, true));
                break;
        }
    }

    // Counted anew from then on: who lets the run go on believes that the provider is back.
    private bool HasGivenUp(string channelId) => _unknown.AddOrUpdate(channelId, 1, (_, count) => count + 1) >= MostUnknown && _unknown.TryRemove(channelId, out _);

    private ItemResult ResultOf(ChunkRun run, ChunkItem item, PlannedChannel channel, Message message, RecipientState state, bool isSent) =>
        new(item, Letters.EntryOf(run.Plan, item, channel, message, state, time.GetUtcNow()), isSent);

    private async Task PaceAsync(LaneSlot.Granted slot, int index, CancellationToken cancellation)
    {
        var wait = slot.Start + (slot.Spacing * index) - time.GetUtcNow();
        if (wait > ShortestWait) await Task.Delay(wait, time, cancellation);
    }
}
