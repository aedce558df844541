using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Sending;
using PPMessage.Campaigns.Settings;
using PPMessage.Segments;
using PPMessage.Storage;
using Xunit;

namespace PPMessage.Tests.Campaigns.Running;

public sealed class ShardEditTests
{
    private static readonly Decision Send = new Decision.Send(["sms"], 0, null);

    [Fact]
    public void Filled_with_whatever_it_is_one_transaction_of_rows_that_differ()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (edit, plan, isRetry, contact) = (Edit(), Planned.Plan(weights: [1, 1]), round % 2 == 0, 0);
            for (; !edit.IsFull && !(isRetry && contact == ShardEdit.RetriedAtOnce); contact++)
            {
                Decision decision = random.Next(3) switch { 0 => Send, 1 => new Decision.Defer(Reasons.QuietHours, Planned.Now.AddHours(1)), _ => new Decision.Skip(Reasons.Capped) };
                if (isRetry) edit.Retry(Failed(contact), Addressee(contact), decision, plan, 2);
                else edit.Decide(Planned.ContactId(contact), Addressee(contact), decision, plan, random.Next(2) == 0 ? LedgerKeys.Deferred(Planned.OccurrenceId, Planned.Now, Planned.ContactId(contact)) : null);
            }

            var writes = edit.Finish("etag", edit.After);
            Assert.InRange(writes.Count, contact, Limits.TransactionRows);
            Assert.Equal(writes.Count, writes.Select(write => write.Key).Distinct().Count());
            Assert.True(contact >= ShardEdit.RetriedAtOnce, $"{contact} were enough to fill it.");
        }
    }

    [Fact]
    public void Everybody_who_was_decided_is_counted_once()
    {
        var (edit, plan) = (Edit(new Shard { Deferred = 1, Queued = 5, Skipped = new Dictionary<string, long> { [Reasons.Capped] = 2 }, NextChunk = 4 }), Planned.Plan());
        for (var i = 0; i < 4; i++) edit.Look(Planned.ContactId(i), 1);
        edit.Decide(Planned.ContactId(0), Addressee(0), Send, plan, null);
        edit.Decide(Planned.ContactId(1), Addressee(1), new Decision.Skip(Reasons.Capped), plan, null);
        edit.Decide(Planned.ContactId(2), Addressee(2), new Decision.Defer(Reasons.LocalTime, Planned.Now.AddSeconds(1)), plan, null);
        edit.Decide(Planned.ContactId(3), Addressee(3), Send, plan, LedgerKeys.Deferred(Planned.OccurrenceId, Planned.Now, Planned.ContactId(3)));
        edit.Pass(null, 2);
        var after = edit.After;
        var writes = edit.Finish(null, after);
        Assert.Equal((6, 4, 1, 7, 3, 5, true), (after.Evaluated, after.Matched, after.Deferred, after.Queued, after.Skipped[Reasons.Capped], after.NextChunk, after.Scanned));
        Assert.Equal(LedgerKeys.Shard(Planned.OccurrenceId), writes[0].Key);
        Assert.Single(writes, write => write.Key == LedgerKeys.Chunk(Planned.OccurrenceId, 4));
        Assert.Single(writes, write => write.Key == LedgerKeys.Deferred(Planned.OccurrenceId, Planned.Now.AddMinutes(1), Planned.ContactId(2)));
        Assert.Equal(2, writes.Count(write => write.Key.StartsWith("s|", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nobody_to_message_makes_no_chunk()
    {
        var edit = Edit();
        edit.Decide(Planned.ContactId(0), null, new Decision.Skip(Reasons.Gone), Planned.Plan(), null);
        Assert.False(edit.HasChunk);
        Assert.Equal(0, edit.After.NextChunk);
    }

    [Theory]
    [InlineData(null, 10.0, 47)]
    [InlineData(0.1, 10.0, 4)]
    [InlineData(0.01, 10.0, 1)]
    [InlineData(null, 0.25, 12)]
    public void A_chunk_is_never_longer_than_its_turn_in_the_slowest_lane(double? own, double channel, int most)
    {
        var settings = new CampaignSettings { FrequencyCap = null, RatePerSecond = new Dictionary<string, double> { ["sms"] = channel } };
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { RatePerSecond = own }), settings);
        var (edit, count) = (Edit(), 0);
        for (; !edit.IsFull; count++) edit.Decide(Planned.ContactId(count), Addressee(count), Send, plan, null);
        Assert.InRange(count, Math.Min(most, 40), most + 1);
        Assert.True(count == 1 || count / (Math.Min(own ?? channel, channel) * Lanes.Share) <= Lanes.Horizon.TotalSeconds, $"{count} take longer than a slot.");
    }

    [Fact]
    public void A_chunk_wants_of_each_lane_as_many_as_go_through_it()
    {
        var settings = new CampaignSettings { RatePerSecond = new Dictionary<string, double> { ["sms"] = 4, ["email"] = 50 }, DomainRates = new Dictionary<string, double> { ["qq.com"] = 5 } };
        var plan = Planned.Plan(Planned.Campaign(new CampaignRules { RatePerSecond = 2 }, "sms", "email"), settings);
        var contacts = Enumerable.Range(0, 5).ToDictionary(Planned.ContactId, i => i == 4 ? Planned.Contact(i) with { Emails = ["wang@example.cn"] } : Planned.Contact(i) with { Emails = ["li@QQ.com"] });
        ChunkItem Item(int i, params string[] kinds) => new(Planned.ContactId(i), kinds, 0, null);
        var chunk = new Chunk { At = Planned.Now, Items = [Item(0, "sms", "email"), Item(1, "sms"), Item(2, "email", "sms"), Item(3, "email"), Item(4, "email"), Item(9, "sms")] };
        var wishes = LaneWishes.Of(chunk, contacts, plan).OrderBy(wish => wish.Lane, StringComparer.Ordinal).ToList();
        Assert.Equal([new("ch_email", 3, 50), new("ch_sms", 2, 4), new(Planned.CampaignId, 6, 2), new("qq.com", 2, 5)], wishes);
        Assert.Equal(TimeSpan.FromSeconds(1 / (2 * Lanes.Share)), LaneWishes.Spacing(wishes));
    }

    private static ShardEdit Edit(Shard? before = null) => new(Planned.OccurrenceId, before ?? new Shard(), Planned.Now);

    private static Addressee Addressee(int i) => Planned.Addressee(new Candidate(Planned.Contact(i)), Planned.Plan());

    private static RecipientRow Failed(int i) => new(
        new LedgerEntry { ContactId = Planned.ContactId(i), State = RecipientState.Unknown, At = Planned.Now, Variant = "B", ChannelKind = "sms" }, [new LedgerWord(LedgerWords.Failed, Planned.Now, "not-sent")]);
}
