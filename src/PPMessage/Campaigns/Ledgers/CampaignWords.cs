using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Conversations;
using PPMessage.Storage;
using PPMessage.Suppressions;
using PPMessage.Work;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>
/// Takes in what is told of campaigns' messages: each word once for each recipient, with its count and what segments ask for in one transaction. One operation; now and then one
/// more, that has counts added up. Idempotent; thread-safe.
/// </summary>
internal sealed class CampaignWords(IStore store, WorkQueue queue)
{
    // Of so many words one has the counts of its bucket added up.
    private const int CountedEach = 32;

    private static readonly TimeSpan CountedAfter = TimeSpan.FromSeconds(5);

    /// <summary>As <see cref="TellCampaign"/>.</summary>
    public async Task TellAsync(string tag, DeliveryEvent word, string? stops, CancellationToken cancellation)
    {
        if (RecipientTag.Read(tag) is not { } recipient) return;
        if (word.ProviderState == DeliveryEvent.Settled) await SettleAsync(recipient, word, cancellation);
        if (WordOf(word) is { } told) await HearAsync(recipient, new LedgerWord(told, word.At, word.Error?.Code, word.Error?.Text), cancellation);
        if (StopOf(stops) is { } stopped) await NoteAsync(recipient, new LedgerWord(stopped, word.At), cancellation);
    }

    /// <summary>The contact has said something, or has stopped.</summary>
    public Task AnsweredAsync(string tag, bool stops, DateTimeOffset at, CancellationToken cancellation) =>
        RecipientTag.Read(tag) is { } recipient ? NoteAsync(recipient, new LedgerWord(stops ? LedgerWords.Unsubscribed : LedgerWords.Answered, at), cancellation) : Task.CompletedTask;

    /// <summary>
    /// What was unknown is known: sent, or failed with its place in the caps given back. Where the ledger says anything else, it was told before, or whoever sends will tell it.
    /// Operations: one; two or three more where it was unknown.
    /// </summary>
    private async Task SettleAsync(RecipientTag recipient, DeliveryEvent word, CancellationToken cancellation)
    {
        var (bucket, key) = (LedgerKeys.BucketOf(recipient.ContactId), LedgerKeys.Entry(recipient.OccurrenceId, recipient.ContactId));
        while (await store.ReadAsync(Tables.Contacts, bucket, key, cancellation) is { } row && row.As(CampaignsJson.Default.LedgerEntry) is { State: RecipientState.Unknown } before && before.RetriedIn == recipient.RetriedIn)
        {
            var after = HasLeft(word) ? before with { State = RecipientState.Sent, Reason = null, Detail = null }
                : before with { State = RecipientState.Failed, Reason = word.Error?.Code, Detail = word.Error?.Text };
            var counts = new[] { (Entry: before, Times: -1), (Entry: after, Times: 1) }
                .ToDictionary(one => Counts.Key(recipient.Kind, recipient.Variant, ItemResult.WordOf(one.Entry)), one => (long)one.Times);
            List<RowWrite> writes =
            [
                RowWrite.Replace(key, row.ETag, after, CampaignsJson.Default.LedgerEntry),
                RowWrite.Put(LedgerKeys.Note(recipient.OccurrenceId, Said(recipient, DeliveryEvent.Settled, word.At)), new CountNote(word.At, counts), CampaignsJson.Default.CountNote),
            ];
            if (!HasLeft(word) && await GivenBackAsync(recipient, bucket, cancellation) is { } given) writes.Add(given);
            if ((await store.CommitAsync(Tables.Contacts, bucket, writes, cancellation)).Committed) return;
        }
    }

    private async Task<RowWrite?> GivenBackAsync(RecipientTag recipient, string bucket, CancellationToken cancellation)
    {
        var key = ContactKeys.StandingRow(recipient.ContactId);
        if (await store.ReadAsync(Tables.Contacts, bucket, key, cancellation) is not { } row) return null;
        var before = row.As(ContactsJson.Default.Standing);
        return Caps.GivenBack(before, recipient.OccurrenceId) is var after && after != before ? RowWrite.Replace(key, row.ETag, after, ContactsJson.Default.Standing) : null;
    }

    /// <summary>
    /// What is told of a message that had failed before another was sent in its place comes too late: the recipient would be messaged once more. So a failure holds only for as long as
    /// the ledger has not moved on. Operations: one more to read that.
    /// </summary>
    private async Task HearAsync(RecipientTag recipient, LedgerWord word, CancellationToken cancellation)
    {
        if (word.Word != LedgerWords.Failed)
        {
            await NoteAsync(recipient, word, cancellation);
            return;
        }

        var key = LedgerKeys.Entry(recipient.OccurrenceId, recipient.ContactId);
        while (await store.ReadAsync(Tables.Contacts, LedgerKeys.BucketOf(recipient.ContactId), key, cancellation) is { } row)
        {
            var entry = row.As(CampaignsJson.Default.LedgerEntry);
            if (entry.RetriedIn != recipient.RetriedIn) return;
            var result = await NoteAsync(recipient, word, cancellation, RowWrite.Replace(key, row.ETag, entry, CampaignsJson.Default.LedgerEntry));
            if (result.Conflict?.Key != key) return;
        }
    }

    /// <param name="holds">What it is said of, as it was read; null: whatever that is.</param>
    private async Task<CommitResult> NoteAsync(RecipientTag recipient, LedgerWord word, CancellationToken cancellation, RowWrite? holds = null)
    {
        var bucket = LedgerKeys.BucketOf(recipient.ContactId);
        List<RowWrite> writes =
        [
            RowWrite.Insert(LedgerKeys.Word(recipient.OccurrenceId, recipient.ContactId, word.Word), word, CampaignsJson.Default.LedgerWord),
            RowWrite.Put(
                LedgerKeys.Note(recipient.OccurrenceId, Said(recipient, word.Word, word.At)),
                new CountNote(word.At, CountsOf(recipient, word)), CampaignsJson.Default.CountNote),
        ];
        if (holds is not null) writes.Add(holds);
        var reaction = ReactionTo(recipient, word);
        var result = await store.CommitAsync(Tables.Contacts, bucket, reaction is null ? writes : [.. writes, reaction], cancellation);
        // An earlier message of the campaign had it as well.
        if (reaction is not null && result.Conflict?.Key == reaction.Key) result = await store.CommitAsync(Tables.Contacts, bucket, writes, cancellation);
        if (result.Committed && IsDrawn(recipient.ContactId, word.Word))
            await queue.PutBulkAsync(CountWorkHandler.Word, new CountWork(recipient.OccurrenceId, bucket), CampaignsJson.Default.CountWork, CountedAfter, cancellation);
        return result;
    }

    // With its time: of a message that is sent anew the same may be told again, before the first is added up.
    private static string Said(RecipientTag recipient, string word, DateTimeOffset at) => $"{recipient.ContactId}|{word}|{Ids.NewUlid(at)[..10]}";

    private static Dictionary<string, long> CountsOf(RecipientTag recipient, LedgerWord word) => new()
    {
        [Counts.Key(recipient.Kind, recipient.Variant, word.Word == LedgerWords.Failed ? CountWords.With(CountWords.Undelivered, word.Code) : word.Word)] = 1,
    };

    // One that the provider never took has no id of it.
    private static bool HasLeft(DeliveryEvent word) => word.ProviderId.Length > 0;

    private static RowWrite? ReactionTo(RecipientTag recipient, LedgerWord word)
    {
        CampaignReaction? reaction = word.Word switch
        {
            LedgerWords.Answered => CampaignReaction.Answered,
            LedgerWords.Clicked => CampaignReaction.Clicked,
            LedgerWords.Opened => CampaignReaction.Opened,
            _ => null,
        };
        return reaction is null ? null : ContactFacts.CampaignWord(recipient.ContactId, OccurrenceIds.CampaignOf(recipient.OccurrenceId), reaction.Value, word.At);
    }

    // What a provider says in between is no end, and that it took the message, or not, is in the ledger.
    private static string? WordOf(DeliveryEvent word) => word.State switch
    {
        DeliveryStates.Delivered => LedgerWords.Delivered,
        DeliveryStates.Read => word.ProviderState == LedgerWords.Clicked ? LedgerWords.Clicked : LedgerWords.Opened,
        DeliveryStates.Failed when HasLeft(word) => LedgerWords.Failed,
        _ => null,
    };

    private static string? StopOf(string? reason) => reason switch
    {
        SuppressionReasons.Complaint => LedgerWords.Complained,
        SuppressionReasons.Unsubscribe or SuppressionReasons.Stop => LedgerWords.Unsubscribed,
        _ => null,
    };

    private static bool IsDrawn(string contactId, string word) => Ids.Digit(Ids.Hash($"{contactId}|{word}")[0]) % CountedEach == 0;
}
