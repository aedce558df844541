using PPMessage.Agents;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>
/// How often strangers may come, in this instance. Wrong tokens share one bucket: behind the Functions host all callers have the front end's address. A right one has a bucket of its own, so that
/// nobody can keep others from unsubscribing. Thread-safe.
/// </summary>
internal sealed class UnsubscribeLimits(TimeProvider time)
{
    public const int WrongBurst = 50;
    public const int LinkBurst = 30;

    private const int WrongPerSecond = 5;
    private const int LinkPerSecond = 1;

    private readonly Buckets _wrong = new(time, WrongPerSecond, WrongBurst);
    private readonly Buckets _links = new(time, LinkPerSecond, LinkBurst);

    /// <returns>Null: it is counted. Otherwise there were too many, and how long until there is room for another.</returns>
    public TimeSpan? TryCountWrong() => _wrong.TryTake(string.Empty);

    /// <returns>Null: it may go on. Otherwise how long until it may.</returns>
    public TimeSpan? TryTake(Linked link) => _links.TryTake(link.MessageId);
}
