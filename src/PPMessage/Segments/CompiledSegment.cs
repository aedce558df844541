using PPMessage.Contacts;
using PPMessage.Filters;

namespace PPMessage.Segments;

/// <summary>
/// A segment's filter, compiled once, and what is to be read to ask it. Whoever uses it for long keeps to one: it does not change with the segment. Membership is whatever it is
/// at the moment of asking. Thread-safe.
/// </summary>
internal sealed class CompiledSegment
{
    private readonly Filter _filter;
    private readonly Candidates _candidates;
    private readonly string _timeZone;
    private readonly Family _families;
    private readonly ContactGlance _glance;

    /// <param name="timeZone">The workspace's: days of contacts without a zone of their own are meant in it.</param>
    public CompiledSegment(Filter filter, Candidates candidates, string timeZone) =>
        (_filter, _candidates, _timeZone, _families, _glance) = (filter, candidates, timeZone, SegmentFields.FamiliesOf(filter.Fields), new ContactGlance([.. filter.Fields, ContactFields.TimeZone]));

    /// <summary>
    /// Looks at a page of a bucket (<see cref="ContactKeys.AllBuckets"/>), in order of creation. Who is not in the segment is let go at once: many pages are held at a time.
    /// </summary>
    /// <param name="after">The contact to go on behind; null: from the first.</param>
    /// <param name="withStanding">Whether the standing is to be read in any case.</param>
    public async Task<MatchPage> ReadAsync(string bucket, string? after, DateTimeOffset now, bool withStanding, CancellationToken cancellation)
    {
        var page = await _candidates.ReadAsync(bucket, after, Candidates.PageRows, _glance, Families(withStanding), cancellation);
        var matching = new List<Match>();
        for (var i = 0; i < page.Candidates.Count; i++)
            if (Matches(page.Candidates[i], now)) matching.Add(new Match(page.Candidates[i], i + 1));
        return new MatchPage(matching, page.Candidates.Count, page.Next);
    }

    /// <summary>Single contacts as they are now, by the ids that they were asked for by: of one that was merged, the one that it has become part of. Whoever is gone is left out.</summary>
    public Task<IReadOnlyDictionary<string, Candidate>> ReadManyAsync(IReadOnlyCollection<string> contactIds, bool withStanding, CancellationToken cancellation) =>
        _candidates.ReadManyAsync(contactIds, Families(withStanding), cancellation);

    /// <inheritdoc cref="ReadManyAsync"/>
    /// <returns>Null: it is gone.</returns>
    public async Task<Candidate?> ReadOneAsync(string contactId, bool withStanding, CancellationToken cancellation) =>
        (await ReadManyAsync([contactId], withStanding, cancellation)).GetValueOrDefault(contactId);

    /// <summary>Standings of some of a page, for those to whom they matter; null: there is none yet. One range read.</summary>
    /// <param name="contactIds">In order; not empty.</param>
    public Task<IReadOnlyList<(Standing Standing, string ETag)?>> StandingsAsync(string bucket, IReadOnlyList<string> contactIds, CancellationToken cancellation) =>
        _candidates.StandingsAsync(bucket, contactIds, cancellation);

    /// <summary>Whether a contact is in the segment. No operation.</summary>
    /// <param name="candidate">Read by this very segment.</param>
    public bool Matches(Candidate candidate, DateTimeOffset now) =>
        _filter.Matches(field => SegmentFields.Value(field, candidate, now), new FilterMoment(now, ContactFields.Zone(candidate.Glance.TimeZone, _timeZone)));

    private Family Families(bool withStanding) => withStanding ? _families | Family.Standing : _families;
}
