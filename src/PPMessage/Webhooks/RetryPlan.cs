namespace PPMessage.Webhooks;

/// <summary>When a batch that a receiver did not take is tried again. Pure.</summary>
internal static class RetryPlan
{
    /// <summary>After so long with nothing but failures the webhook is switched off.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    /// <summary>After the first failure, the second …; from the last on always that.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2),
    ];

    /// <summary>
    /// At least the pause, and up to a fifth more (drawn from the batch's id, so that many receivers behind one door are not asked at once); longer where the receiver asks
    /// for that, but no longer than the longest pause. The last time is when it is given up. Null: given up.
    /// </summary>
    /// <param name="failures">Before this one.</param>
    public static DateTimeOffset? Next(string batchId, int failures, DateTimeOffset now, DateTimeOffset failingSince, TimeSpan? retryAfter)
    {
        var end = failingSince + GivenUpAfter;
        if (now >= end) return null;
        var pause = Pauses[Math.Min(failures, Pauses.Length - 1)];
        var spread = 1 + (Ids.Digit(Ids.Hash($"{batchId}/{failures}")[0]) / 160.0);
        var wished = retryAfter is { } after && after < Pauses[^1] ? after : retryAfter is null ? TimeSpan.Zero : Pauses[^1];
        var next = now + TimeSpan.FromTicks(Math.Max((pause * spread).Ticks, wished.Ticks));
        return next < end ? next : end;
    }
}
