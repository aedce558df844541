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

    /// <summary>A page of a bucket (<see cref="Contacts.ContactKeys.AllBuckets"/>), in order of creation, with all that the filter asks for: everybody who is there, whether in the segment or not.</summary>
    /// <param name="after">The contact to go on behind; null: from the first.</param>
    /// <param name="limit">1 to 1,000 rows.</param>
    /// <param name="withStanding">Whether the standing is to be read in any case.</param>
    public Task<CandidatePage> ReadAsync(string bucket, string? after, int limit, bool withStanding, CancellationToken cancellation) =>
        _candidates.ReadAsync(bucket, after, limit, _glance, Families(withStanding), cancellation);

    /// <summary>Single contacts as they are now, by the ids that they were asked for by: of one that was merged, the one that it has become part of. Whoever is gone is left out.</summary>
    public Task<IReadOnlyDictionary<string, Candidate>> ReadManyAsync(IReadOnlyCollection<string> contactIds, bool withStanding, CancellationToken cancellation) =>
        _candidates.ReadManyAsync(contactIds, Families(withStanding), cancellation);

    /// <inheritdoc cref="ReadManyAsync"/>
    /// <returns>Null: it is gone.</returns>
    public async Task<Candidate?> ReadOneAsync(string contactId, bool withStanding, CancellationToken cancellation) =>
        (await ReadManyAsync([contactId], withStanding, cancellation)).GetValueOrDefault(contactId);

    /// <summary>Some of a page with their standings, for those to whom they matter. One range read.</summary>
    public Task<IReadOnlyList<Candidate>> WithStandingsAsync(string bucket, IReadOnlyList<Candidate> some, CancellationToken cancellation) => _candidates.WithStandingsAsync(bucket, some, cancellation);

    /// <summary>Whether a contact is in the segment. No operation.</summary>
    /// <param name="candidate">Read by this very segment.</param>
    public bool Matches(Candidate candidate, DateTimeOffset now) =>
        _filter.Matches(field => SegmentFields.Value(field, candidate, now), new FilterMoment(now, ContactFields.Zone(candidate.Glance.TimeZone, _timeZone)));

    private Family Families(bool withStanding) => withStanding ? _families | Family.Standing : _families;
}
