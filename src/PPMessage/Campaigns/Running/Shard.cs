using System.Text.Json.Serialization;
using PPMessage.Campaigns.Ledgers;

namespace PPMessage.Campaigns.Running;

/// <summary>Row <c>x|U|0</c>: how far an occurrence is in one bucket of contacts. Written with what was decided, in one transaction.</summary>
internal sealed record Shard
{
    /// <summary>Of the occurrence when this was written last.</summary>
    public int Generation { get; init; }

    /// <summary>Id of the last contact that was looked at; null: none was.</summary>
    public string? Cursor { get; init; }

    /// <summary>Every contact was looked at once.</summary>
    public bool Scanned { get; init; }

    /// <summary>Nothing is left to decide or to send.</summary>
    public bool Done { get; init; }

    public long Evaluated { get; init; }

    public long Matched { get; init; }

    /// <summary>Of those that matched, how many wait for a later decision.</summary>
    public long Deferred { get; init; }

    /// <summary>How many were handed over to be sent.</summary>
    public long Queued { get; init; }

    /// <summary>By reason.</summary>
    public IReadOnlyDictionary<string, long> Skipped { get; init; } = new Dictionary<string, long>();

    /// <summary>Number of the next chunk.</summary>
    public int NextChunk { get; init; }

    /// <summary>Chunks below this number have their work in the queue, or had it.</summary>
    public int HandedOver { get; init; }
}

/// <summary>Row <c>k|U|{number}</c>: recipients who are to be messaged; it goes when all of them are.</summary>
internal sealed record Chunk
{
    /// <summary>When it was decided: ids of its messages are drawn from it.</summary>
    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<ChunkItem> Items { get; init; }

    /// <summary>The call to a provider that takes many at once; null: none was begun.</summary>
    public BatchCall? Batch { get; init; }
}

/// <param name="Kinds">Of channels, in the order in which they are tried. Empty: a flow is started.</param>
/// <param name="Variant">Which content, counted from 0.</param>
/// <param name="NotAfter">Later it is night where the contact is, and it is decided anew; null: whenever.</param>
/// <param name="RetriedIn">As in the ledger (<see cref="LedgerEntry.RetriedIn"/>).</param>
internal sealed record ChunkItem(
    string ContactId, IReadOnlyList<string> Kinds, int Variant, DateTimeOffset? NotAfter, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int RetriedIn = 0);

/// <summary>A claim on a call that may only be made once.</summary>
/// <param name="At">When it was begun.</param>
/// <param name="Doubted">Ids of contacts of whom nobody knows whether they were sent to; null: of all.</param>
internal sealed record BatchCall(DateTimeOffset At, string ProviderId, IReadOnlyList<string>? Doubted = null);

/// <summary>Work <c>campaign-shard</c>: one bucket of an occurrence.</summary>
/// <param name="Idle">How often it has come, one time after the other, and found nothing to do.</param>
internal sealed record ShardWork(string OccurrenceId, string Bucket, int Generation, int Idle = 0);

/// <summary>Work <c>campaign-chunk</c>.</summary>
/// <param name="Tries">How often the provider has asked to come back later, one time after the other.</param>
/// <param name="Slot">A turn that was reserved in the lanes, for then; null: none was.</param>
internal sealed record ChunkWork(string OccurrenceId, string Bucket, int Number, int Generation, int Tries = 0, DateTimeOffset? Slot = null);

/// <summary>Work <c>campaign</c>: an occurrence is to be set going, taken up again or swept up.</summary>
internal sealed record OccurrenceWork(string OccurrenceId, int Generation);
