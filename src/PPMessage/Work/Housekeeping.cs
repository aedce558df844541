using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>What a slice throws away when it is old; each registers its own.</summary>
internal delegate Task CleanUp(DateTimeOffset now, CancellationToken cancellation);

/// <summary>Daily: retention. Every clean-up may run twice or stop half-way; the next day goes on.</summary>
internal sealed class Housekeeping(IEnumerable<CleanUp> cleanUps, IStore store, TimeProvider time) : ITimerJob
{
    /// <summary>What lies in weekly tables is needed for a day; this week's and the one before stay.</summary>
    private const int WeeksKept = 1;

    public string Name => "Housekeeping";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var table in WeeklyTables.OlderThan(WeeksKept, Tables.Requests, now)) await store.DropTableAsync(table, cancellation);
        foreach (var cleanUp in cleanUps) await cleanUp(now, cancellation);
    }
}
