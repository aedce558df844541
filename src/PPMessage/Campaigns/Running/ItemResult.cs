using PPMessage.Campaigns.Ledgers;
using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Campaigns.Running;

/// <summary>What came of one recipient of a chunk.</summary>
/// <param name="Entry">For the ledger; null: it is not finished, and stays in the chunk.</param>
/// <param name="IsSent">Whether its place in the caps is used: also where nobody knows yet whether it was sent.</param>
internal sealed record ItemResult(ChunkItem Item, LedgerEntry? Entry, bool IsSent)
{
    /// <summary>The message that is to be asked about when the ledger says that it is unknown; null: there is nothing to find out.</summary>
    public Message? Doubtful { get; init; }

    public static ItemResult Unfinished(ChunkItem item) => new(item, null, true);

    /// <summary>How it is counted.</summary>
    public string CountedAs => Counts.Key(Entry!.ChannelKind, Item.Variant, WordOf(Entry));

    /// <summary>What an entry is counted as.</summary>
    public static string WordOf(LedgerEntry entry) => entry.State switch
    {
        RecipientState.Skipped => CountWords.With(CountWords.Skipped, entry.Reason),
        RecipientState.Deferred => CountWords.Deferred,
        RecipientState.Failed => CountWords.With(CountWords.Failed, entry.Reason),
        RecipientState.Unknown => CountWords.Unknown,
        _ => CountWords.Sent,
    };
}

/// <summary>The provider wants nothing of a channel for now: nobody else of the chunk is tried.</summary>
internal sealed record ChannelTrouble(Channel Channel, string Code, string Text, TimeSpan After);
