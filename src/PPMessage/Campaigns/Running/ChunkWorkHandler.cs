using System.Text.Json;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Sending;
using PPMessage.Contacts;
using PPMessage.Storage;
using PPMessage.Work;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// Messages the recipients of one chunk: waits for its turn, sends, and writes what came of it. Who can't be told yet stays in the chunk, which comes again. Idempotent: each
/// message is claimed in its thread, or with others by the chunk, before the provider is called. Operations for each recipient: 3 (<c>CampaignPost</c>, record), 2 where many
/// go out by one call; for the chunk 5, and 2 for each lane.
/// </summary>
internal sealed class ChunkWorkHandler(
    OccurrenceStore occurrences, OccurrenceControl control, Plans plans, ChunkStore chunks, ContactStore contacts, ChunkSending sending, Lanes lanes, WorkQueue queue, PPMessageOptions options,
    TimeProvider time) : IWorkHandler
{
    public const string Word = "campaign-chunk";

    /// <summary>A provider that asks for so much time, or so often, is in trouble that nobody waits for without knowing.</summary>
    public static readonly TimeSpan TroubleFrom = TimeSpan.FromMinutes(4);

    private const int MostTries = 8;

    private static readonly TimeSpan WorthWaiting = TimeSpan.FromSeconds(1);

    public string Kind => Word;

    public string Queue => Queues.Bulk;

    /// <summary>A run that would wait for this for ever stands still, and says why: resumed, it takes up whatever is left.</summary>
    public Task GiveUpAsync(JsonElement payload, string reason, CancellationToken cancellation) =>
        JsonSerializer.Deserialize(payload, CampaignsJson.Default.ChunkWork) is { } work ? control.PauseForAsync(work.OccurrenceId, new OccurrenceReason("work", reason), cancellation) : Task.CompletedTask;

    public async Task HandleAsync(JsonElement payload, CancellationToken cancellation)
    {
        if (JsonSerializer.Deserialize(payload, CampaignsJson.Default.ChunkWork) is not { } work) return;
        if (await occurrences.FindAsync(work.OccurrenceId, cancellation) is not { Occurrence: { State: OccurrenceState.Running or OccurrenceState.Cancelled } occurrence }) return;
        if (occurrence.Generation != work.Generation || await chunks.ReadAsync(work.OccurrenceId, work.Bucket, work.Number, cancellation) is not { } chunk) return;
        if (await plans.OfAsync(occurrence, cancellation) is not { } plan) return;
        if (occurrence.State == OccurrenceState.Cancelled) await CancelAsync(chunk, plan, work, cancellation);
        else await SendAsync(chunk, plan, work, cancellation);
    }

    private async Task CancelAsync(StoredChunk chunk, Plan plan, ChunkWork work, CancellationToken cancellation)
    {
        var results = await sending.CancelAsync(chunk, await ContactsAsync(chunk, cancellation), plan, cancellation);
        var isDone = await chunks.SettleAsync(chunk, results, cancellation);
        await sending.AskAsync(results, cancellation);
        if (!isDone) await AgainAsync(work, options.Timing.Hidden, cancellation);
    }

    private async Task SendAsync(StoredChunk chunk, Plan plan, ChunkWork work, CancellationToken cancellation)
    {
        var found = await ContactsAsync(chunk, cancellation);
        if (await WaitForSlotAsync(chunk, found, plan, work, cancellation) is not { } slot) return;
        var (claimed, results, trouble) = await sending.SendAsync(chunk, found, plan, slot, cancellation);
        // Who has it instead may die of it: it is looked at again until it is gone.
        var isDone = claimed is not null && await chunks.SettleAsync(claimed, results, cancellation);
        await sending.AskAsync(results, cancellation);
        if (trouble is not null) await TroubleAsync(work, trouble, cancellation);
        else if (!isDone) await AgainAsync(work with { Tries = 0, Slot = null }, options.Timing.Hidden, cancellation);
    }

    /// <summary>Null: its turn has not come, and the work is put for then.</summary>
    private async Task<LaneSlot.Granted?> WaitForSlotAsync(StoredChunk chunk, IReadOnlyDictionary<string, Contact> found, Plan plan, ChunkWork work, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var wishes = LaneWishes.Of(chunk.Chunk, found, plan);
        if (wishes.Count == 0) return new LaneSlot.Granted(now, TimeSpan.Zero);
        if (work.Slot is { } reserved && reserved <= now + WorthWaiting && await PausedAsync(wishes, cancellation) is false) return new LaneSlot.Granted(reserved > now ? reserved : now, LaneWishes.Spacing(wishes));
        switch (await lanes.ReserveAsync(wishes, cancellation))
        {
            case LaneSlot.Granted granted when granted.Start <= now + WorthWaiting: return granted;
            case LaneSlot.Granted granted:
                await AgainAsync(work with { Slot = granted.Start }, granted.Start - now, cancellation);
                return null;
            case LaneSlot.NotYet notYet:
                await AgainAsync(work with { Slot = null }, notYet.ComeBackAt - now, cancellation);
                return null;
            default: throw new InvalidOperationException("There is no other answer.");
        }
    }

    // A turn is a permission to look again: the provider may have asked for a pause since.
    private async Task<bool> PausedAsync(IReadOnlyList<LaneWish> wishes, CancellationToken cancellation)
    {
        foreach (var wish in wishes)
            if (await lanes.PausedUntilAsync(wish.Lane, cancellation) is not null) return true;
        return false;
    }

    private async Task TroubleAsync(ChunkWork work, ChannelTrouble trouble, CancellationToken cancellation)
    {
        if (trouble.After >= TroubleFrom || work.Tries >= MostTries)
        {
            await control.PauseForAsync(work.OccurrenceId, new OccurrenceReason(trouble.Code, $"{trouble.Channel.Name}: {trouble.Text}"), cancellation);
            return;
        }

        await lanes.PushBackAsync(Lane.OfChannel(trouble.Channel.Id), time.GetUtcNow() + trouble.After, cancellation);
        await AgainAsync(work with { Tries = work.Tries + 1, Slot = null }, trouble.After, cancellation);
    }

    private Task AgainAsync(ChunkWork work, TimeSpan after, CancellationToken cancellation) =>
        queue.PutBulkAsync(Word, work, CampaignsJson.Default.ChunkWork, after > TimeSpan.Zero ? after : TimeSpan.Zero, cancellation);

    /// <summary>Those of its contacts who are still there: one range read, since they were decided in order; else one read each.</summary>
    private async Task<IReadOnlyDictionary<string, Contact>> ContactsAsync(StoredChunk chunk, CancellationToken cancellation)
    {
        var ids = chunk.Chunk.Items.Select(item => item.ContactId).ToHashSet();
        var found = await contacts.BetweenAsync(chunk.Bucket, ids.Min(StringComparer.Ordinal)!, ids.Max(StringComparer.Ordinal)!, cancellation);
        var there = found.Where(contact => ids.Contains(contact.Id)).ToDictionary(contact => contact.Id);
        foreach (var id in ids.Where(id => !there.ContainsKey(id)))
            if (await contacts.RowAsync(id, cancellation) is { } single) there[id] = single.Contact;
        return there.Where(pair => pair.Value.IsLive).ToDictionary();
    }
}
