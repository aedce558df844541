using System.Collections.Concurrent;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Sending;
using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Campaigns.Running;

/// <summary>A message that is claimed in its thread and goes out together with others.</summary>
internal sealed record Together(ChunkItem Item, PlannedChannel Channel, Message Message, string RowETag, OutboundMessage Outbound);

/// <summary>One sending of a chunk, with what came of it so far. Thread-safe.</summary>
internal sealed class ChunkRun(StoredChunk chunk, Plan plan, LaneSlot.Granted slot)
{
    private ChannelTrouble? _trouble;

    public StoredChunk Chunk => chunk;

    public Plan Plan => plan;

    public LaneSlot.Granted Slot => slot;

    /// <summary>Nobody is sent to any more.</summary>
    public bool IsCancelled { get; init; }

    public ConcurrentBag<ItemResult> Results { get; } = [];

    public ConcurrentBag<Together> Together { get; } = [];

    public ChannelTrouble? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Not to be sent any more without being decided anew.</summary>
    public bool IsLate(ChunkItem item, DateTimeOffset now) => !IsCancelled && item.NotAfter <= now;

    /// <summary>Of those that go out together and whose call nobody has begun, those whose time is over.</summary>
    public void DeferUncalled(DateTimeOffset now)
    {
        if (chunk.Chunk.Batch is not null) return;
        var all = Together.ToList();
        Together.Clear();
        foreach (var one in all)
            if (IsLate(one.Item, now)) Defer(one.Item, now);
            else Together.Add(one);
    }

    public void Stop(ChannelTrouble trouble) => Interlocked.CompareExchange(ref _trouble, trouble, null);

    public void Skip(ChunkItem item, string reason, DateTimeOffset now, string? detail = null) => Results.Add(new ItemResult(
        item, new LedgerEntry { ContactId = item.ContactId, State = RecipientState.Skipped, Reason = reason, Detail = detail, At = now, Variant = plan.Variants[item.Variant].Name }, IsSent: false));

    /// <summary>Its time is over: it is decided anew at once, and then deferred to when it is allowed.</summary>
    public void Defer(ChunkItem item, DateTimeOffset now) => Results.Add(new ItemResult(
        item, new LedgerEntry { ContactId = item.ContactId, State = RecipientState.Deferred, Reason = Reasons.QuietHours, At = now, Until = LedgerKeys.Minute(now) }, IsSent: false));
}
