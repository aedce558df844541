using System.Collections.Concurrent;

namespace PPMessage.Agents;

/// <summary>
/// A bucket for each caller who has shown a valid token, in this instance. Kept as the instant at which the bucket will be full again (the generic cell rate
/// algorithm), so that it costs a number, fills by itself, and may be forgotten as soon as it is full: what is kept is bounded by who asks within a few seconds.
/// Thread-safe.
/// </summary>
internal sealed class CallerLimits(PPMessageOptions options, TimeProvider time)
{
    private static readonly TimeSpan SweptEach = TimeSpan.FromMinutes(1);

    // By the key of the caller: the timestamp at which the bucket is full.
    private readonly ConcurrentDictionary<string, long> _fullAt = new();
    private long _sweptAt = time.GetTimestamp();

    /// <summary>How many callers are remembered.</summary>
    public int Count => _fullAt.Count;

    /// <summary>Takes one request out of the caller's bucket.</summary>
    /// <returns>Null: it may go on. Otherwise how long until it may.</returns>
    public TimeSpan? TryTake(string caller)
    {
        if (options.Limits.RequestsPerSecond == 0) return null;
        var now = time.GetTimestamp();
        Sweep(now);
        var each = Math.Max(1, time.TimestampFrequency / options.Limits.RequestsPerSecond);
        while (true)
        {
            var known = _fullAt.TryGetValue(caller, out var fullAt);
            var after = Math.Max(fullAt, now) + each;
            var excess = after - now - (each * options.Limits.Burst);
            if (excess > 0) return TimeSpan.FromSeconds((double)excess / time.TimestampFrequency);
            if (known ? _fullAt.TryUpdate(caller, after, fullAt) : _fullAt.TryAdd(caller, after)) return null;
        }
    }

    private void Sweep(long now)
    {
        var last = Interlocked.Read(ref _sweptAt);
        if (time.GetElapsedTime(last, now) < SweptEach || Interlocked.CompareExchange(ref _sweptAt, now, last) != last) return;
        foreach (var bucket in _fullAt.Where(bucket => bucket.Value <= now)) _fullAt.TryRemove(bucket);
    }
}
