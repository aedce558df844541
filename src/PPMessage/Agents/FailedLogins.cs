namespace PPMessage.Agents;

/// <summary>One bucket for all wrong tokens of this instance: behind the Functions host all callers have the front end's address. Thread-safe.</summary>
internal sealed class FailedLogins(TimeProvider time)
{
    public const int Burst = 50;
    public const int PerSecond = 5;

    private readonly Buckets _buckets = new(time, PerSecond, Burst);

    /// <returns>Null: it is counted. Otherwise there are too many, and how long until there is room for another.</returns>
    public TimeSpan? TryCount() => _buckets.TryTake(string.Empty);
}
