using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Running;
using PPMessage.Contacts;
using Xunit;

namespace PPMessage.Tests.Campaigns.Occurrences;

public sealed class ProgressViewTests
{
    private static readonly Occurrence Run = new() { Id = Planned.OccurrenceId, Key = "k", Local = Planned.Now.UtcDateTime, Zone = "UTC", ScheduledAt = Planned.Now, StartedAt = Planned.Now };

    [Fact]
    public void Everybody_who_matched_is_in_exactly_one_place()
    {
        var shards = new[]
        {
            new Shard { Evaluated = 60, Matched = 30, Deferred = 4, Queued = 20, Skipped = new Dictionary<string, long> { ["capped"] = 6 }, Scanned = true, Done = true },
            new Shard { Evaluated = 5, Matched = 5, Deferred = -1, Queued = 6, Skipped = new Dictionary<string, long>() },
        };
        var view = Of(shards, ("sent", 9), ("failed:21211", 2), ("failed", 1), ("unknown", 5), ("unknown", -3), ("sent", 1), ("failed:not-sent", 2), ("undelivered:30003", 4), ("skipped:suppressed", 3), ("deferred", 1), ("delivered", 5));
        Assert.Equal((65, 35, 4, 10, 2), (view.Evaluated, view.Matched, view.Deferred, view.Sent, view.Unknown));
        Assert.Equal([("", 1), ("21211", 2), ("not-sent", 2)], view.Failed.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)));
        Assert.Equal([("30003", 4L)], view.Undelivered.Select(one => (one.Key, one.Value)));
        Assert.Equal((6, 3), (view.Skipped["capped"], view.Skipped["suppressed"]));
        Assert.Equal(view.Matched, view.Skipped.Values.Sum() + view.Deferred + view.Queued + view.Sent + view.Failed.Values.Sum() + view.Unknown);
        Assert.Equal(1, view.BucketsDone);
    }

    [Fact]
    public void How_long_it_takes_is_told_when_all_were_looked_at_and_something_was_sent()
    {
        var scanned = Enumerable.Range(0, ContactKeys.Buckets).Select(_ => new Shard { Queued = 1, Scanned = true }).ToArray();
        Assert.Equal((0.8, 30L), (Of(scanned, ("sent", 8)).PerSecond, Of(scanned, ("sent", 8)).SecondsLeft));
        Assert.Null(Of(scanned).SecondsLeft);
        Assert.Null(Of(scanned[1..], ("sent", 8)).SecondsLeft);
        Assert.Equal(0, ProgressView.Of(new Tally([], []), Run, Planned.Now).PerSecond);
    }

    private static ProgressView Of(Shard[] shards, params (string Word, long Times)[] counts) =>
        ProgressView.Of(new Tally(shards, [.. counts.Select(count => new Count(Planned.Now, "sms", 0, count.Word, count.Times))]), Run, Planned.Now.AddSeconds(10));
}
