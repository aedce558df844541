using PPMessage.Storage;

namespace PPMessage.Campaigns.Ledgers;

/// <summary>A recipient with all that was told of it.</summary>
internal sealed record RecipientRow(LedgerEntry Entry, IReadOnlyList<LedgerWord> Words)
{
    private static readonly string[] Arrived = [LedgerWords.Delivered, LedgerWords.Opened, LedgerWords.Clicked, LedgerWords.Answered];

    public bool Has(string word) => Words.Any(one => one.Word == word);

    /// <summary>It was to get a message and, for all that is known, has not got it.</summary>
    public bool HasFailed => (Entry.State == RecipientState.Failed || Has(LedgerWords.Failed)) && !Arrived.Any(Has);
}

/// <summary>Reads ledgers bucket by bucket, in order of contacts. Thread-safe.</summary>
internal sealed class LedgerReader(IStore store)
{
    // More than are ever told of a recipient, so that a page holds one whole.
    private const int PageRows = 500;

    /// <param name="after">The contact to go on behind; null: from the first.</param>
    /// <returns>Whole ones, and the contact to go on behind; null: the bucket has no more.</returns>
    public async Task<(IReadOnlyList<RecipientRow> Rows, string? Next)> PageAsync(string occurrenceId, string bucket, string? after, CancellationToken cancellation)
    {
        var range = LedgerKeys.Entries(occurrenceId);
        // Behind the contact's own row and all words about it.
        if (after is not null) range = new RowRange(LedgerKeys.Entry(occurrenceId, after) + "}", range.To);
        var page = await store.ReadRangeAsync(Tables.Contacts, bucket, range, PageRows, cancellation);
        var rows = Assemble(page.Rows);
        // What is told of the last one may go on behind the page.
        if (page.More && rows.Count > 1) rows.RemoveAt(rows.Count - 1);
        return (rows, page.More ? rows[^1].Entry.ContactId : null);
    }

    private static List<RecipientRow> Assemble(IReadOnlyList<Row> rows)
    {
        var (found, words) = (new List<RecipientRow>(), new List<LedgerWord>());
        LedgerEntry? entry = null;
        foreach (var row in rows)
        {
            if (row.Key.Count(c => c == '|') > 2)
            {
                // Providers go on telling of what retention has taken away.
                if (entry is not null && row.Key.Contains(entry.ContactId, StringComparison.Ordinal)) words.Add(row.As(CampaignsJson.Default.LedgerWord));
                continue;
            }

            if (entry is not null) found.Add(new RecipientRow(entry, [.. words]));
            (entry, words) = (row.As(CampaignsJson.Default.LedgerEntry), []);
        }

        if (entry is not null) found.Add(new RecipientRow(entry, [.. words]));
        return found;
    }
}
