using PPMessage.Campaigns.Ledgers;
using PPMessage.Channels;
using PPMessage.Conversations.Sending;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Calls to providers that take many messages at once. The chunk itself is the claim: it says that the call was begun before it is made, and whoever finds it begun asks the
/// provider what it has, and never calls again. A refused call is divided until the one whom it is about is alone. Thread-safe.
/// </summary>
internal sealed class BatchCalls(ChunkStore chunks, MessageSender sender, TimeProvider time)
{
    /// <returns>The chunk as it is now (null: somebody else has it), what came of each, and what keeps the rest from being sent.</returns>
    public async Task<(StoredChunk? Chunk, IReadOnlyList<ItemResult> Results, ChannelTrouble? Trouble)> CallAsync(StoredChunk chunk, Plan plan, IReadOnlyList<Together> messages, CancellationToken cancellation)
    {
        if (messages.Where(one => IsDoubted(chunk, one)).ToList() is { Count: > 0 } doubted)
            return (chunk, [.. await FindOutAsync(chunk, plan, doubted, cancellation), .. messages.Except(doubted).Select(one => ItemResult.Unfinished(one.Item))], null);
        var channel = messages[0].Channel;
        var begun = await chunks.ReplaceAsync(chunk, chunk.Chunk with { Batch = new BatchCall(time.GetUtcNow(), Letters.IdOf(chunk, channel)) }, cancellation);
        if (begun is null) return (null, [], null);
        var (results, waiting) = (new List<ItemResult>(), new Stack<IReadOnlyList<Together>>(Groups(plan, channel, messages)));
        while (waiting.TryPop(out var group))
        {
            switch (await SendAsync(chunk, channel, group, cancellation))
            {
                case SendOutcome.Accepted:
                    results.AddRange(group.Select(one => ResultOf(plan, one, RecipientState.Sent, null)));
                    break;
                case SendOutcome.Refused when group.Count > 1:
                    waiting.Push([.. group.Skip(group.Count / 2)]);
                    waiting.Push([.. group.Take(group.Count / 2)]);
                    break;
                case SendOutcome.Refused refused:
                    results.Add(await RefusedAsync(plan, group[0], refused, cancellation));
                    break;
                case SendOutcome.TryLater later:
                    return (await LetGoAsync(begun, results, cancellation), [], new ChannelTrouble(channel.Channel, later.Code, later.Text, later.After));
                default:
                    results.AddRange(group.Select(one => ItemResult.Unfinished(one.Item)));
                    break;
            }
        }

        return (begun, results, null);
    }

    /// <summary>Whether a message was sent by a call whose end nobody knows.</summary>
    public static bool IsDoubted(StoredChunk chunk, Together one) => chunk.Chunk.Batch is { } batch && batch.Doubted?.Contains(one.Item.ContactId) != false;

    /// <summary>The rest may be called for again, but for those of whom nobody knows. Who was taken is settled before: nobody must find them in a chunk that was not begun.</summary>
    private async Task<StoredChunk?> LetGoAsync(StoredChunk begun, IReadOnlyList<ItemResult> results, CancellationToken cancellation)
    {
        await chunks.SettleAsync(begun, results, cancellation);
        if (await chunks.ReadAsync(begun.OccurrenceId, begun.Bucket, begun.Number, cancellation) is not { } left) return null;
        var isSettled = results.Where(result => result.Entry is not null).All(result => left.Chunk.Items.All(item => item.ContactId != result.Item.ContactId));
        return isSettled ? await chunks.ReplaceAsync(left, left.Chunk with { Batch = Left(begun.Chunk.Batch!, results) }, cancellation) : null;
    }

    /// <summary>What the provider has of a call that was begun and whose end nobody knows.</summary>
    public async Task<IReadOnlyList<ItemResult>> FindOutAsync(StoredChunk chunk, Plan plan, IReadOnlyList<Together> messages, CancellationToken cancellation)
    {
        var (channel, begunAt) = (messages[0].Channel, chunk.Chunk.Batch!.At);
        var batch = new OutboundBatch(Letters.ReferenceOf(chunk), [.. messages.Select(one => one.Outbound)]);
        switch (await channel.Batches!.Find(channel.Channel, batch, begunAt, cancellation))
        {
            case BatchFinding.Known known:
                var isBelieved = time.GetUtcNow() - begunAt >= known.BelievedAfter;
                var results = new List<ItemResult>();
                foreach (var one in messages) results.Add(await FoundAsync(plan, one, known.ByAddress.GetValueOrDefault(one.Outbound.To), isBelieved, cancellation));
                return results;
            case BatchFinding.CannotAsk cannot:
                return [.. messages.Select(one => ResultOf(plan, one, RecipientState.Unknown, cannot.Text))];
            default:
                return [.. messages.Select(one => ItemResult.Unfinished(one.Item))];
        }
    }

    // Of those who were called for before the provider wanted no more, some may be in doubt: they are never called for again.
    private static BatchCall? Left(BatchCall begun, IEnumerable<ItemResult> results) =>
        results.Where(result => result.Entry is null).Select(result => result.Item.ContactId).ToList() is { Count: > 0 } doubted ? begun with { Doubted = doubted } : null;

    private async Task<ItemResult> FoundAsync(Plan plan, Together one, Candidate? candidate, bool isBelieved, CancellationToken cancellation)
    {
        if (candidate is not null) return ResultOf(plan, one, candidate.State == DeliveryStates.Failed ? RecipientState.Failed : RecipientState.Sent, candidate.ErrorText, candidate.ErrorCode);
        if (!isBelieved) return ItemResult.Unfinished(one.Item);
        var message = await sender.RecordAsync(one.Message with { ProviderId = null }, one.RowETag, SendRecord.NotSent(one.Message with { ProviderId = null }, time.GetUtcNow()), null, cancellation);
        return new ItemResult(one.Item, Letters.EntryOf(plan, one.Item, one.Channel, message, RecipientState.Failed, time.GetUtcNow()), IsSent: false);
    }

    private async Task<ItemResult> RefusedAsync(Plan plan, Together one, SendOutcome.Refused refused, CancellationToken cancellation)
    {
        var message = await sender.RecordAsync(one.Message, one.RowETag, SendRecord.Of(one.Message, refused, time.GetUtcNow()), refused.OptedOut ? refused : null, cancellation);
        return new ItemResult(one.Item, Letters.EntryOf(plan, one.Item, one.Channel, message, RecipientState.Failed, time.GetUtcNow()), IsSent: false);
    }

    /// <summary>One that is alone goes as any message does, under the id that the others have.</summary>
    private async Task<SendOutcome> SendAsync(StoredChunk chunk, PlannedChannel channel, IReadOnlyList<Together> group, CancellationToken cancellation)
    {
        var reference = Letters.ReferenceOf(chunk);
        if (group.Count > 1) return await channel.Batches!.Send(channel.Channel, new OutboundBatch(reference, [.. group.Select(one => one.Outbound)]), cancellation);
        return await sender.ForAsync(channel.Id, cancellation) is { } via
            ? await via.Sender.SendAsync(via.Channel, group[0].Outbound with { Reference = reference }, cancellation)
            : new SendOutcome.Refused("no-sender", "The channel is gone, or nothing here can send by it.");
    }

    /// <summary>In order of their ids, so that they are divided alike whoever divides them.</summary>
    private static IEnumerable<IReadOnlyList<Together>> Groups(Plan plan, PlannedChannel channel, IReadOnlyList<Together> messages)
    {
        var byId = messages.ToDictionary(one => one.Outbound.Id);
        return BatchCut.Of(channel.Batches!, channel.Channel, messages.Select(one => one.Outbound).OrderBy(one => one.Id, StringComparer.Ordinal))
            .SelectMany(group => group.Chunk(plan.Settings.MailBatch))
            .Select(group => (IReadOnlyList<Together>)[.. group.Select(one => byId[one.Id])]);
    }

    private ItemResult ResultOf(Plan plan, Together one, RecipientState state, string? detail, string? reason = null) =>
        new(one.Item, Letters.EntryOf(plan, one.Item, one.Channel, one.Message, state, time.GetUtcNow()) with { Reason = reason, Detail = detail }, IsSent: state != RecipientState.Failed);
}
