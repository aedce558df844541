namespace PPMessage.Agents;

/// <summary>A bucket for each caller who has shown a valid token, in this instance: whatever token it was, an agent is one caller. Thread-safe.</summary>
internal sealed class CallerLimits(PPMessageOptions options, TimeProvider time)
{
    private readonly Buckets _buckets = new(time, options.Limits.RequestsPerSecond, options.Limits.Burst);

    /// <summary>How many callers are remembered.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes one request out of the caller's bucket.</summary>
    /// <returns>Null: it may go on. Otherwise how long until it may.</returns>
    public TimeSpan? TryTake(string caller) => options.Limits.RequestsPerSecond == 0 ? null : _buckets.TryTake(caller);
}
