using PPMessage.Campaigns.Ledgers;
using PPMessage.Contacts;
using PPMessage.Storage;

namespace PPMessage.Campaigns.Running;

/// <summary>
/// One transaction of a bucket in the making: ledger rows, places in the caps, a chunk of those who are to be messaged, and how far the bucket is. Pure: nothing is written
/// until it is committed. Not thread-safe.
/// </summary>
internal sealed class ShardEdit
{
    // Of a recipient: ledger, standing, and the row by which it was deferred.
    private const int RowsARecipient = 3;

    // Beside recipients: the shard, the chunk, and a note.
    private const int OtherRows = 3;

    /// <summary>As many as surely fit.</summary>
    public const int RetriedAtOnce = (Limits.TransactionRows - OtherRows) / (RowsARecipient + 1);

    private readonly List<RowWrite> _writes = [];
    private readonly List<ChunkItem> _items = [];
    private readonly Dictionary<string, long> _skipped;
    private readonly Dictionary<string, long> _uncounted = [];
    private readonly string _occurrenceId;
    private readonly Shard _before;
    private readonly DateTimeOffset _now;
    private long _deferred;
    private int? _most;

    private Shard _shard;

    public ShardEdit(string occurrenceId, Shard before, DateTimeOffset now) =>
        (_occurrenceId, _before, _shard, _now, _skipped, _deferred) = (occurrenceId, before, before, now, new(before.Skipped), before.Deferred);

    public bool IsFull => _items.Count >= _most || _writes.Count + RowsARecipient + OtherRows > Limits.TransactionRows;

    /// <summary>Whether it makes a chunk, whose number is the one that the shard had for the next.</summary>
    public bool HasChunk => _items.Count > 0;

    /// <summary>A contact is in the segment.</summary>
    /// <param name="evaluated">How many were looked at since the last one, this one included.</param>
    public void Look(string contactId, int evaluated) => _shard = _shard with { Cursor = contactId, Evaluated = _shard.Evaluated + evaluated, Matched = _shard.Matched + 1 };

    /// <summary>Nobody else is in the segment up to there.</summary>
    /// <param name="cursor">Null: in all the rest of the bucket.</param>
    /// <param name="evaluated">How many were looked at.</param>
    public void Pass(string? cursor, int evaluated) =>
        _shard = _shard with { Cursor = cursor ?? _shard.Cursor, Scanned = cursor is null || _shard.Scanned, Evaluated = _shard.Evaluated + evaluated };

    /// <summary>Somebody who had failed is decided anew: what was told of that is forgotten, and counted no more.</summary>
    public void Retry(RecipientRow failed, Addressee? addressee, Decision decision, Plan plan, int generation)
    {
        Uncount(failed, plan, ItemResult.WordOf(failed.Entry));
        if (failed.Words.FirstOrDefault(one => one.Word == LedgerWords.Failed) is { } word)
        {
            _writes.Add(RowWrite.Delete(LedgerKeys.Word(_occurrenceId, failed.Entry.ContactId, LedgerWords.Failed)));
            Uncount(failed, plan, CountWords.With(CountWords.Undelivered, word.Code));
        }

        _shard = _shard with { Queued = _shard.Queued - 1 };
        Decide(failed.Entry.ContactId, addressee, decision, plan, null, generation);
    }

    /// <param name="deferredRow">By which it was waiting; null: it is decided for the first time.</param>
    /// <param name="retriedIn">As in the ledger.</param>
    public void Decide(string contactId, Addressee? addressee, Decision decision, Plan plan, string? deferredRow, int retriedIn = 0)
    {
        _most ??= plan.MostInChunk;
        if (deferredRow is not null) Take(deferredRow);
        switch (decision)
        {
            case Decision.Send send:
                _items.Add(new ChunkItem(contactId, send.Kinds, send.Variant, send.NotAfter, retriedIn));
                _writes.Add(TouchOf(addressee!, plan));
                Put(contactId, new LedgerEntry { ContactId = contactId, State = RecipientState.Queued, At = _now, Variant = plan.Variants[send.Variant].Name, RetriedIn = retriedIn });
                break;
            case Decision.Defer defer:
                Defer(contactId, defer, retriedIn);
                break;
            case Decision.Skip skip:
                _skipped[skip.Reason] = _skipped.GetValueOrDefault(skip.Reason) + 1;
                Put(contactId, new LedgerEntry { ContactId = contactId, State = RecipientState.Skipped, Reason = skip.Reason, At = _now, RetriedIn = retriedIn });
                break;
        }
    }

    /// <summary>How far the bucket will be.</summary>
    public Shard After => _shard with { Skipped = _skipped, Deferred = _deferred, Queued = _shard.Queued + _items.Count, NextChunk = _shard.NextChunk + (HasChunk ? 1 : 0) };

    /// <summary>What is to be committed.</summary>
    /// <param name="etag">Of the shard's row; null: there is none yet.</param>
    /// <param name="after">How far the bucket will be.</param>
    public IReadOnlyList<RowWrite> Finish(string? etag, Shard after)
    {
        var shard = LedgerKeys.Shard(_occurrenceId);
        RowWrite write = etag is null ? RowWrite.Insert(shard, after, CampaignsJson.Default.Shard) : RowWrite.Replace(shard, etag, after, CampaignsJson.Default.Shard);
        RowWrite[] chunk = HasChunk ? [RowWrite.Insert(LedgerKeys.Chunk(_occurrenceId, _before.NextChunk), new Chunk { At = _now, Items = _items }, CampaignsJson.Default.Chunk)] : [];
        RowWrite[] note = _uncounted.Count == 0 ? []
            : [RowWrite.Insert(LedgerKeys.Note(_occurrenceId, $"r{_before.NextChunk}-{_writes.Count}-{Ids.NewUlid(_now)}"), new CountNote(_now, _uncounted), CampaignsJson.Default.CountNote)];
        // The shard first: who is late is told so, and not that a contact has changed.
        return [write, .. chunk, .. note, .. _writes];
    }

    private void Uncount(RecipientRow row, Plan plan, string word)
    {
        var key = Counts.Key(row.Entry.ChannelKind, plan.IndexOf(row.Entry.Variant), word);
        _uncounted[key] = _uncounted.GetValueOrDefault(key) - 1;
    }

    private void Take(string deferredRow)
    {
        _deferred--;
        _writes.Add(RowWrite.Delete(deferredRow));
    }

    private void Defer(string contactId, Decision.Defer defer, int retriedIn)
    {
        _deferred++;
        var until = LedgerKeys.Minute(defer.Until);
        _writes.Add(RowWrite.Put(LedgerKeys.Deferred(_occurrenceId, until, contactId), new DeferredRow(contactId, retriedIn), CampaignsJson.Default.DeferredRow));
        Put(contactId, new LedgerEntry { ContactId = contactId, State = RecipientState.Deferred, Reason = defer.Reason, At = _now, Until = until, RetriedIn = retriedIn });
    }

    private RowWrite TouchOf(Addressee addressee, Plan plan)
    {
        var (key, standing) = (ContactKeys.StandingRow(addressee.ContactId), Caps.Taken(addressee.Standing, plan, _now));
        return addressee.StandingETag is { } etag
            ? RowWrite.Replace(key, etag, standing, ContactsJson.Default.Standing)
            : RowWrite.Insert(key, standing, ContactsJson.Default.Standing);
    }

    private void Put(string contactId, LedgerEntry entry) => _writes.Add(RowWrite.Put(LedgerKeys.Entry(_occurrenceId, contactId), entry, CampaignsJson.Default.LedgerEntry));
}

/// <summary>Row <c>q|…</c>.</summary>
/// <param name="RetriedIn">As in the ledger.</param>
internal sealed record DeferredRow(string ContactId, int RetriedIn = 0);
