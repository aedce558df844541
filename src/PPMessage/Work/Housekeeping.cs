using PPMessage.Storage;

namespace PPMessage.Work;

/// <summary>What a slice throws away when it is old; each registers its own.</summary>
internal delegate Task CleanUp(DateTimeOffset now, CancellationToken cancellation);

/// <summary>Daily: retention. Every clean-up may run twice or stop half-way; the next day goes on.</summary>
internal sealed class Housekeeping(IEnumerable<CleanUp> cleanUps, IStore store, TimeProvider time) : ITimerJob
{
    /// <summary>Weekly tables are needed for a day; one that was not dropped in a month of outage is dropped now.</summary>
    private const int WeeksBack = 6;

    public string Name => "Housekeeping";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        for (var weeks = 2; weeks <= WeeksBack; weeks++) await store.DropTableAsync(WeeklyTables.Name(now.AddDays(-7 * weeks)), cancellation);
        foreach (var cleanUp in cleanUps) await cleanUp(now, cancellation);
    }
}
