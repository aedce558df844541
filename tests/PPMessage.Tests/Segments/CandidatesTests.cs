using Microsoft.Extensions.Time.Testing;
using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Segments;
using PPMessage.Storage;
using PPMessage.Tests.Storage;
using Xunit;

namespace PPMessage.Tests.Segments;

public sealed class CandidatesTests : IAsyncLifetime
{
    private const Family All = Family.Facts | Family.Standing | Family.Conversations | Family.Presence;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-23T08:00:00Z"));
    private readonly List<string> _ids = [];
    private EmbeddedTestStore _store = null!;
    private Candidates _candidates = null!;
    private string _bucket = string.Empty;

    public async ValueTask InitializeAsync()
    {
        _store = TestStores.Embedded(_time, inMemory: true);
        _candidates = new Candidates(_store.Store, new ContactStore(_store.Store, _time));
        // Contacts of one bucket: an id's is drawn from it.
        while (_ids.Count < 7)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var id = ContactKeys.NewId(Ids.NewUlid(_time.GetUtcNow()));
            if (_bucket.Length == 0) _bucket = ContactKeys.BucketOf(id)!;
            if (ContactKeys.BucketOf(id) == _bucket) _ids.Add(id);
        }

        foreach (var (i, id) in _ids.Index()) await FillAsync(id, i);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Everybody_gets_what_is_theirs_page_by_page()
    {
        var (found, after) = (new List<Candidate>(), (string?)null);
        do
        {
            var page = await _candidates.ReadAsync(_bucket, after, 3, new([]), All, default);
            found.AddRange(page.Candidates);
            after = page.Next;
        }
        while (after is not null);
        // The third was merged, and what is left of it is nobody's.
        Assert.Equal(_ids.Where((_, i) => i != 2), found.Select(one => one.Contact.Id));
        foreach (var one in found)
        {
            var i = _ids.IndexOf(one.Contact.Id);
            Assert.Equal((i, i % 2 == 0), (one.Conversations, one.StandingETag is not null));
            Assert.Equal(i == 0 ? null : At(i), one.LastConversationAt);
            Assert.Equal(i % 2 == 0 ? $"cp_{i}" : null, one.Standing.Receipts.SingleOrDefault()?.CampaignId);
            Assert.Equal(At(i), one.Facts.Seen!.At);
            Assert.Equal(i % 3 == 0, one.Presence is not null);
        }
    }

    [Fact]
    public async Task What_is_not_asked_for_is_empty_and_costs_nothing()
    {
        var counted = new CountedRanges(_store.Store);
        var candidates = new Candidates(counted, new ContactStore(counted, _time));
        var page = await candidates.ReadAsync(_bucket, null, 100, new([]), Family.None, default);
        Assert.Equal((6, null, 1), (page.Candidates.Count, page.Next, counted.Ranges));
        Assert.All(page.Candidates, one => Assert.Equal((KnownFacts.None, Standing.None, null, 0, null), (one.Facts, one.Standing, one.StandingETag, one.Conversations, one.Presence)));
        await candidates.ReadAsync(_bucket, null, 100, new([]), All, default);
        Assert.Equal(1 + 5, counted.Ranges);
    }

    [Fact]
    public async Task Standings_alone_are_one_range_read()
    {
        var counted = new CountedRanges(_store.Store);
        var standings = await new Candidates(counted, new ContactStore(counted, _time)).StandingsAsync(_bucket, [_ids[0], _ids[1], _ids[4]], default);
        Assert.Equal(["cp_0", null, "cp_4"], standings.Select(stored => stored?.Standing.Receipts.Single().CampaignId));
        Assert.Equal(1, counted.Ranges);
    }

    [Fact]
    public async Task Single_ones_are_found_by_the_ids_that_they_once_had()
    {
        var found = await _candidates.ReadManyAsync([_ids[4], _ids[2], "ct_nobody"], Family.Standing, default);
        Assert.Equal([_ids[4], _ids[2]], found.Keys);
        Assert.Equal((_ids[4], "cp_4"), (found[_ids[4]].Contact.Id, found[_ids[4]].Standing.Receipts.Single().CampaignId));
        Assert.Equal(_ids[0], found[_ids[2]].Contact.Id);
    }

    private DateTimeOffset At(int i) => DateTimeOffset.Parse("2026-11-01T00:00:00Z").AddHours(i);

    private async Task FillAsync(string id, int i)
    {
        var contact = new Contact { Id = id, FirstSeenAt = At(0), CreatedAt = At(0), UpdatedAt = At(0), MergedInto = i == 2 ? _ids[0] : null };
        List<RowWrite> writes = [RowWrite.Insert(ContactKeys.Row(id), contact, ContactsJson.Default.Contact), ContactFacts.Seen(id, new SeenFact(At(i), "sms"))];
        if (i % 2 == 0) writes.Add(RowWrite.Insert(ContactKeys.StandingRow(id), new Standing { Receipts = [new($"cp_{i}", 1, At(i))] }, ContactsJson.Default.Standing));
        for (var n = 1; n <= i; n++) writes.Add(RowWrite.Insert(ContactKeys.ConversationRow(id, Ids.NewUlid(At(n))), new ContactConversation("cv"), ContactsJson.Default.ContactConversation));
        await _store.Store.CommitAsync(Tables.Contacts, _bucket, writes, default);
        if (i % 3 == 0) await new PresenceStore(_store.Store, _time).BeatAsync(id, true, default);
    }

    private sealed class CountedRanges(IStore inner) : PassThroughStore(inner)
    {
        public int Ranges { get; private set; }

        public override Task<RowPage> ReadRangeAsync(string table, string partition, RowRange range, int limit, CancellationToken cancellation)
        {
            Ranges++;
            return base.ReadRangeAsync(table, partition, range, limit, cancellation);
        }
    }
}
