using PPMessage.Campaigns.Ledgers;
using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Campaigns.Ledgers;

public sealed class LedgerKeysTests
{
    private static readonly string Contact = Planned.ContactId(1);

    [Theory]
    [InlineData("2026-11-23T08:00:00Z", "2026-11-23T08:00:00Z")]
    [InlineData("2026-11-23T08:00:00.0000001Z", "2026-11-23T08:01:00Z")]
    [InlineData("2026-12-31T23:59:01Z", "2027-01-01T00:00:00Z")]
    [InlineData("2026-11-23T16:00:30+08:00", "2026-11-23T08:01:00Z")]
    public void A_time_is_rounded_up_to_the_minute(string time, string minute) => Assert.Equal(DateTimeOffset.Parse(minute), LedgerKeys.Minute(DateTimeOffset.Parse(time)));

    [Fact]
    public void Who_is_deferred_is_due_from_its_minute_on_and_never_before()
    {
        var until = DateTimeOffset.Parse("2026-11-23T08:00:30Z");
        var row = LedgerKeys.Deferred(Planned.OccurrenceId, until, Contact);
        Assert.Equal((DateTimeOffset.Parse("2026-11-23T08:01:00Z"), Contact), LedgerKeys.ReadDeferred(row));
        Assert.False(Holds("2026-11-23T07:00:00Z", row));
        Assert.False(Holds("2026-11-23T08:00:59.999Z", row));
        Assert.True(Holds("2026-11-23T08:01:00Z", row));
        Assert.True(Holds("2027-11-23T08:01:00Z", row));
    }

    [Fact]
    public void All_rows_of_an_occurrence_lie_in_its_ranges_and_none_of_another()
    {
        var other = PPMessage.Campaigns.Occurrences.OccurrenceIds.Of(Planned.CampaignId, "2026-11-24T08:00|UTC", Planned.Now.AddDays(1));
        string[] Rows(string id) =>
            [LedgerKeys.Shard(id), LedgerKeys.Note(id, "k"), LedgerKeys.Counted(id, "20261123"), LedgerKeys.Entry(id, Contact), LedgerKeys.Word(id, Contact, "sent"), LedgerKeys.Chunk(id, 7), LedgerKeys.Deferred(id, Planned.Now, Contact)];
        var ranges = LedgerKeys.All(Planned.OccurrenceId);
        Assert.All(Rows(Planned.OccurrenceId), row => Assert.Single(ranges, range => IsIn(range, row)));
        Assert.All(Rows(other), row => Assert.DoesNotContain(ranges, range => IsIn(range, row)));
        Assert.Equal(ContactKeys.BucketOf(Contact), LedgerKeys.BucketOf(Contact));
    }

    [Theory]
    [InlineData("The 'To' number +8613812345678 is not a valid phone number.", "The 'To' number … is not a valid phone number.")]
    [InlineData("Unknown: 13812345678", "Unknown: …")]
    [InlineData("Call +1 (415) 555-2671 first", "Call … first")]
    [InlineData("550 5.1.1 <li.wei+x@邮箱.中国>: user unknown", "550 5.1.1 <…>: user unknown")]
    [InlineData("收件人 王芳@example.cn 不存在", "收件人 … 不存在")]
    [InlineData("30003 Unreachable destination handset", "30003 Unreachable destination handset")]
    [InlineData(null, null)]
    public void Details_of_errors_name_no_address(string? said, string? kept)
    {
        Assert.Equal(kept, new LedgerEntry { ContactId = Contact, State = RecipientState.Failed, At = Planned.Now, Detail = said }.Detail);
        Assert.Equal(kept, new LedgerWord(LedgerWords.Failed, Planned.Now, "x", said).Detail);
    }

    private static bool Holds(string now, string row) => IsIn(LedgerKeys.DueBy(Planned.OccurrenceId, DateTimeOffset.Parse(now)), row);

    private static bool IsIn(PPMessage.Storage.RowRange range, string row) => string.CompareOrdinal(row, range.From) >= 0 && string.CompareOrdinal(row, range.To) < 0;
}
