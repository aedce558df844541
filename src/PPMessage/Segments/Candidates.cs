using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>
/// Reads contacts with what is known of them. A page costs one range read for the contacts, and at the same time for each family that is asked for one more (more where the
/// rows between its first and last contact are more than a page). Thread-safe.
/// </summary>
internal sealed class Candidates(IStore store, ContactStore contacts)
{
    /// <summary>As many as make a page worth its reading, and few enough to be held.</summary>
    public const int PageRows = 500;

    // Those of single contacts are read side by side.
    private const int AtOnce = 16;

    /// <summary>Contacts of one bucket in order of creation.</summary>
    /// <param name="after">The contact to go on behind; null: from the first.</param>
    /// <param name="limit">Of rows; fewer candidates may come of them.</param>
    public async Task<CandidatePage> ReadAsync(string bucket, string? after, int limit, ContactGlance glance, Family families, CancellationToken cancellation)
    {
        var page = await contacts.BucketAsync(bucket, after, limit, cancellation);
        var live = new List<Candidate>(page.Rows.Count);
        foreach (var row in page.Rows)
            if (glance.Of(row) is { } contact) live.Add(new(row, contact));
        return new CandidatePage(await JoinedAsync(bucket, live, families, cancellation), page.More ? page.Rows[^1].Key[2..] : null);
    }

    /// <summary>Single ones as they are now, by the ids that they were asked for by: of one that was merged, the one that it has become part of. Whoever is gone is left out.</summary>
    public async Task<IReadOnlyDictionary<string, Candidate>> ReadManyAsync(IReadOnlyCollection<string> ids, Family families, CancellationToken cancellation)
    {
        var found = new Candidate?[ids.Count];
        await Parallel.ForEachAsync(ids.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (one, token) =>
            found[one.Index] = await contacts.FindAsync(one.Item, token) is { Contact: var contact } ? (await JoinedAsync(ContactKeys.BucketOf(contact.Id)!, [new(contact)], families, token))[0] : null);
        return ids.Zip(found).Where(pair => pair.Second is not null).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second!);
    }

    /// <summary>How much campaigns have asked of contacts; null: nothing yet. One range read.</summary>
    /// <param name="contactIds">Of one bucket, in order; not empty.</param>
    public async Task<IReadOnlyList<(Standing Standing, string ETag)?>> StandingsAsync(string bucket, IReadOnlyList<string> contactIds, CancellationToken cancellation)
    {
        var rows = await FamilyRows.ReadAsync(store, Tables.Contacts, bucket, "s|", contactIds[0], contactIds[^1], cancellation);
        return [.. contactIds.Select(id => rows.Of(id) is [var row, ..] ? (row.As(ContactsJson.Default.Standing), row.ETag) : ((Standing, string)?)null)];
    }

    private async Task<IReadOnlyList<Candidate>> JoinedAsync(string bucket, IReadOnlyList<Candidate> live, Family families, CancellationToken cancellation)
    {
        if (families == Family.None || live.Count == 0) return live;
        Task<FamilyRows> RowsAsync(Family family, string table, string prefix) =>
            families.HasFlag(family) ? FamilyRows.ReadAsync(store, table, bucket, prefix, live[0].Glance.Id, live[^1].Glance.Id, cancellation) : Task.FromResult(FamilyRows.None);
        var (facts, standings) = (RowsAsync(Family.Facts, Tables.Contacts, "f|"), RowsAsync(Family.Standing, Tables.Contacts, "s|"));
        var (conversations, presences) = (RowsAsync(Family.Conversations, Tables.Contacts, "v|"), RowsAsync(Family.Presence, Tables.Presence, string.Empty));
        var rows = await Task.WhenAll(facts, standings, conversations, presences);
        return [.. live.Select(one => With(one, rows[0].Of(one.Glance.Id), rows[1].Of(one.Glance.Id), rows[2].Of(one.Glance.Id), rows[3].Of(one.Glance.Id)))];
    }

    private static Candidate With(Candidate one, IReadOnlyList<Row> facts, IReadOnlyList<Row> standing, IReadOnlyList<Row> conversations, IReadOnlyList<Row> presence) => one with
    {
        Standing = standing is [var row, ..] ? row.As(ContactsJson.Default.Standing) : Standing.None,
        StandingETag = standing is [var stored, ..] ? stored.ETag : null,
        Facts = KnownFacts.Of(one.Glance.Id, facts),
        Conversations = conversations.Count,
        LastConversationAt = conversations is [var newest, ..] ? ContactKeys.ConversationStartedAt(newest.Key) : null,
        Presence = presence is [var beat, ..] ? beat.As(ContactsJson.Default.Presence) : null,
    };
}
