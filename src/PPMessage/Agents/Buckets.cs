using System.Collections.Concurrent;

namespace PPMessage.Agents;

/// <summary>
/// A bucket for each key. Kept as the instant at which the bucket will be full again (the generic cell rate algorithm), so that it costs a number, fills by
/// itself, and may be forgotten as soon as it is full: what is kept is bounded by who asks within a few seconds. Thread-safe.
/// </summary>
internal sealed class Buckets(TimeProvider time, int perSecond, int burst)
{
    private static readonly TimeSpan SweptEach = TimeSpan.FromMinutes(1);

    // By key: the timestamp at which the bucket is full.
    private readonly ConcurrentDictionary<string, long> _fullAt = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>How many keys are remembered.</summary>
    public int Count => _fullAt.Count;

    /// <summary>Takes one out of the key's bucket.</summary>
    /// <returns>Null: it may go on. Otherwise how long until it may.</returns>
    public TimeSpan? TryTake(string key)
    {
        var now = time.GetTimestamp();
        Sweep(now);
        var each = Math.Max(1, time.TimestampFrequency / perSecond);
        while (true)
        {
            var known = _fullAt.TryGetValue(key, out var fullAt);
            var after = Math.Max(fullAt, now) + each;
            var excess = after - now - (each * burst);
            if (excess > 0) return TimeSpan.FromSeconds((double)excess / time.TimestampFrequency);
            if (known ? _fullAt.TryUpdate(key, after, fullAt) : _fullAt.TryAdd(key, after)) return null;
        }
    }

    private void Sweep(long now)
    {
        var last = Interlocked.Read(ref _sweptAt);
        if (time.GetElapsedTime(last, now) < SweptEach || Interlocked.CompareExchange(ref _sweptAt, now, last) != last) return;
        foreach (var bucket in _fullAt.Where(bucket => bucket.Value <= now)) _fullAt.TryRemove(bucket);
    }
}
