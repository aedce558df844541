namespace PPMessage.Agents;

/// <summary>All agents, cached for <see cref="Timing.CacheFor"/>; changes made through this instance are seen at once. Thread-safe.</summary>
internal sealed class AgentDirectory
{
    public ValueTask<IReadOnlyList<Agent>> AllAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Agent?> FindAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<Agent?> FindByTokenAsync(string token, CancellationToken cancellation) => throw new NotSupportedException();
}
