using PPMessage.Storage;

namespace PPMessage.Contacts.Facts;

/// <summary>
/// Notes facts about contacts. All of it is idempotent, may be done late and in any order, and comes behind the commit that makes it true, under the work that is still
/// there. Thread-safe.
/// </summary>
internal sealed class ContactFacts(IStore store, TimeProvider time)
{
    private const int RowsAtOnce = 100;

    /// <summary>Whether a message is the first of its hour in a thread, so that it is to be noted.</summary>
    /// <param name="before">When the one before it came.</param>
    public static bool IsNews(DateTimeOffset? before, DateTimeOffset at) => before is not { } last || HourOf(at) > HourOf(last);

    /// <summary>Of what is not, somebody may have noted a later one.</summary>
    public bool IsOfThisHour(DateTimeOffset at) => HourOf(at) == HourOf(time.GetUtcNow());

    /// <summary>To be written together with the contact.</summary>
    public static RowWrite Seen(string contactId, SeenFact seen) => RowWrite.Put(FactKeys.Seen(contactId), seen, ContactsJson.Default.SeenFact);

    /// <summary>
    /// That a contact reacted to a campaign, for a transaction in its bucket. The first time stays: where it is noted already, this insert refuses the whole transaction,
    /// which is then repeated without it.
    /// </summary>
    public static RowWrite CampaignWord(string contactId, string campaignId, CampaignReaction word, DateTimeOffset at) =>
        RowWrite.Insert(FactKeys.Campaign(contactId, campaignId, word), new Fact(at), ContactsJson.Default.Fact);

    /// <summary>As above, by itself. One operation.</summary>
    public Task CampaignAsync(string contactId, string campaignId, CampaignReaction word, DateTimeOffset at, CancellationToken cancellation) =>
        CommitAsync(contactId, CampaignWord(contactId, campaignId, word, at), cancellation);

    /// <summary>One operation within the hour in which it was; what comes later looks first (two), so that nothing ever goes back by more than that hour.</summary>
    public Task SeenAsync(string contactId, SeenFact seen, CancellationToken cancellation)
    {
        var write = Seen(contactId, seen);
        return IsOfThisHour(seen.At) ? CommitAsync(contactId, write, cancellation) : KeepAsync(contactId, write.Key, write.Document, cancellation);
    }

    /// <summary>The later word counts. Two operations, of which the second only where it is news.</summary>
    public Task ConsentAsync(string contactId, string channelKind, ConsentFact consent, CancellationToken cancellation)
    {
        var write = RowWrite.Put(FactKeys.Consent(contactId, channelKind), consent, ContactsJson.Default.ConsentFact);
        return KeepAsync(contactId, write.Key, write.Document, cancellation);
    }

    /// <summary>Two contacts have become one: of what both have the later counts, of what campaigns wrought the first. Each fact is there before it goes.</summary>
    public async Task MoveAsync(string from, string to, CancellationToken cancellation)
    {
        foreach (var row in await RowsAsync(from, cancellation))
        {
            await KeepAsync(to, FactKeys.Prefix(to) + row.Key[FactKeys.Prefix(from).Length..], row.Document, cancellation);
            // Changed since, it is moved with the last look.
            await CommitAsync(from, RowWrite.Delete(row.Key, row.ETag), cancellation);
        }
    }

    /// <summary>All of a contact's, and its standing with campaigns.</summary>
    public async Task EraseAsync(string contactId, CancellationToken cancellation)
    {
        foreach (var rows in (await RowsAsync(contactId, cancellation)).Chunk(RowsAtOnce))
        {
            RowWrite[] writes = [.. rows.Select(row => RowWrite.Delete(row.Key))];
            if ((await store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, writes, cancellation)).Committed) continue;
            // A row that is gone already refuses them all: somebody else erases here, too.
            foreach (var write in writes) await CommitAsync(contactId, write, cancellation);
        }

        await CommitAsync(contactId, RowWrite.Delete(ContactKeys.StandingRow(contactId)), cancellation);
    }

    private Task<IReadOnlyList<Row>> RowsAsync(string contactId, CancellationToken cancellation) =>
        store.ReadAllAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, RowRange.Prefix(FactKeys.Prefix(contactId)), cancellation);

    private Task<CommitResult> CommitAsync(string contactId, RowWrite write, CancellationToken cancellation) =>
        store.CommitAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, [write], cancellation);

    /// <summary>Writes a fact unless what stands there says more.</summary>
    private async Task KeepAsync(string contactId, string key, ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        for (var committed = false; !committed;)
        {
            var stands = await store.ReadAsync(Tables.Contacts, ContactKeys.BucketOf(contactId)!, key, cancellation);
            var write = new RowWrite(stands is null ? WriteKind.Insert : WriteKind.Replace, key, document, stands?.ETag);
            if (stands is not null && !Counts(new Row(key, string.Empty, string.Empty, document), stands, contactId)) return;
            committed = (await CommitAsync(contactId, write, cancellation)).Committed;
        }
    }

    private static bool Counts(Row news, Row stands, string contactId)
    {
        var isFirst = FactKeys.CampaignOf(news.Key.AsSpan(FactKeys.Prefix(contactId).Length)) is not null;
        var order = news.As(ContactsJson.Default.Fact).At.CompareTo(stands.As(ContactsJson.Default.Fact).At);
        return isFirst ? order < 0 : order > 0;
    }

    private static long HourOf(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerHour;
}
