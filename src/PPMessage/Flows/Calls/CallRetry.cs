namespace PPMessage.Flows.Calls;

/// <summary>When a call that came to nothing is made again. Pure.</summary>
internal static class CallRetry
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>After the first attempt, the second …; from the last on always that.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), LongestPause];

    /// <summary>The pause; longer where the program asks for that, but never longer than <see cref="LongestPause"/>.</summary>
    /// <param name="attemptsMade">The one that gave <paramref name="answer"/> included: from 1.</param>
    /// <returns>Null: there is no further attempt.</returns>
    public static TimeSpan? Next(int attemptsMade, int mostAttempts, CallAnswer answer)
    {
        if (answer.Error is null || !answer.MayBeRetried || attemptsMade >= mostAttempts) return null;
        var pause = Pauses[Math.Clamp(attemptsMade - 1, 0, Pauses.Length - 1)];
        var longer = answer.RetryAfter is { } wished && wished > pause ? wished : pause;
        return longer < LongestPause ? longer : LongestPause;
    }
}
