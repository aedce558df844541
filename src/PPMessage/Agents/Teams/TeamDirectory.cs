using PPMessage.Storage;

namespace PPMessage.Agents.Teams;

/// <summary>All teams, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class TeamDirectory(IStore store, PPMessageOptions options, TimeProvider time)
{
    private readonly Cached<IReadOnlyDictionary<string, Team>> _known = new(async cancellation => await LoadAsync(store, cancellation), time);

    public async ValueTask<IEnumerable<Team>> AllAsync(CancellationToken cancellation) => (await KnownAsync(cancellation)).Values;

    public async ValueTask<Team?> FindAsync(string id, CancellationToken cancellation) => (await KnownAsync(cancellation)).GetValueOrDefault(id);

    /// <summary>After a change: the next look-up reads the store.</summary>
    public void Forget() => _known.Forget();

    private ValueTask<IReadOnlyDictionary<string, Team>> KnownAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    private static async Task<IReadOnlyDictionary<string, Team>> LoadAsync(IStore store, CancellationToken cancellation)
    {
        var rows = await store.ReadAllAsync(Tables.Config, AgentStore.Partition, TeamStore.Range, cancellation);
        return rows.Select(TeamStore.Read).ToDictionary(team => team.Id);
    }
}
