using PPMessage.Storage;

namespace PPMessage.Agents;

/// <summary>All agents, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class AgentDirectory(IStore store, PPMessageOptions options, TimeProvider time)
{
    private readonly Cached<Known> _known = new(cancellation => LoadAsync(store, cancellation), time);

    public async ValueTask<IReadOnlyList<Agent>> AllAsync(CancellationToken cancellation) => (await KnownAsync(cancellation)).All;

    public async ValueTask<Agent?> FindAsync(string id, CancellationToken cancellation) => (await KnownAsync(cancellation)).ById.GetValueOrDefault(id);

    public async ValueTask<Agent?> FindByEmailAsync(string email, CancellationToken cancellation) =>
        (await AllAsync(cancellation)).FirstOrDefault(agent => string.Equals(agent.Email, email, StringComparison.OrdinalIgnoreCase));

    public async ValueTask<Agent?> FindByTokenAsync(string token, CancellationToken cancellation) =>
        AgentTokens.AgentIdOf(token) is { } id && await FindAsync(id, cancellation) is { } agent && AgentTokens.IsOf(token, agent) ? agent : null;

    /// <summary>After a change: the next look-up reads the store.</summary>
    public void Forget() => _known.Forget();

    private ValueTask<Known> KnownAsync(CancellationToken cancellation) => _known.GetAsync(options.Timing.CacheFor, cancellation);

    private static async Task<Known> LoadAsync(IStore store, CancellationToken cancellation)
    {
        var rows = await store.ReadAllAsync(Tables.Config, AgentStore.Partition, AgentStore.Range, cancellation);
        var agents = rows.Select(AgentStore.Read).ToList();
        return new Known(agents, agents.ToDictionary(agent => agent.Id));
    }

    private sealed record Known(IReadOnlyList<Agent> All, IReadOnlyDictionary<string, Agent> ById);
}
