using System.Collections.Concurrent;
using PPMessage.Contacts;

namespace PPMessage.Segments;

/// <summary>How many contacts a filter finds, as the API shows it.</summary>
/// <param name="Count">Found; more may follow unless <paramref name="Exact"/>.</param>
/// <param name="Exact">Whether all contacts were looked at.</param>
/// <param name="Evaluated">Contacts that were looked at.</param>
/// <param name="Sample">Some of those found.</param>
internal sealed record PreviewView(int Count, bool Exact, int Evaluated, IReadOnlyList<ContactView> Sample);

/// <summary>Looks through all contacts, for as long as may be: the one scan on a request's path. Thread-safe.</summary>
internal sealed class Preview(TimeProvider time)
{
    /// <summary>After which no page is begun any more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private const int SampleSize = 10;

    // Reading waits for the store more than it works.
    private const int BucketsAtOnce = 8;

    public async Task<PreviewView> RunAsync(CompiledSegment segment, CancellationToken cancellation)
    {
        var (start, now) = (time.GetTimestamp(), time.GetUtcNow());
        var found = new ConcurrentBag<BucketCount>();
        await Parallel.ForEachAsync(
            ContactKeys.AllBuckets(), new ParallelOptions { MaxDegreeOfParallelism = BucketsAtOnce, CancellationToken = cancellation },
            async (bucket, token) => found.Add(await CountAsync(segment, bucket, start, now, token)));
        return new(
            found.Sum(one => one.Matching), found.All(one => one.IsWhole), found.Sum(one => one.Evaluated),
            [.. found.SelectMany(one => one.Sample).OrderByDescending(one => one.Glance.Id[ContactKeys.Prefix.Length..], StringComparer.Ordinal).Take(SampleSize).Select(one => ContactView.Of(one.Contact))]);
    }

    private async Task<BucketCount> CountAsync(CompiledSegment segment, string bucket, long start, DateTimeOffset now, CancellationToken cancellation)
    {
        var count = new BucketCount();
        string? after = null;
        do
        {
            if (time.GetElapsedTime(start) >= Longest) return count;
            var page = await segment.ReadAsync(bucket, after, now, withStanding: false, cancellation);
            count.Take(page);
            after = page.Next;
        }
        while (after is not null);
        count.IsWhole = true;
        return count;
    }

    /// <summary>Of one bucket. The newest are the sample: they are met last.</summary>
    private sealed class BucketCount
    {
        public int Evaluated { get; private set; }

        public int Matching { get; private set; }

        public bool IsWhole { get; set; }

        public Queue<Candidate> Sample { get; } = new();

        public void Take(MatchPage page)
        {
            (Evaluated, Matching) = (Evaluated + page.Evaluated, Matching + page.Matching.Count);
            foreach (var match in page.Matching.TakeLast(SampleSize)) Sample.Enqueue(match.Candidate);
            while (Sample.Count > SampleSize) Sample.Dequeue();
        }
    }
}
