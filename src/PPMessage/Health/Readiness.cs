using PPMessage.Storage;

namespace PPMessage.Health;

/// <summary>How many dead letters lie there; registered by whoever keeps them.</summary>
internal delegate Task<int> CountDeadLetters(CancellationToken cancellation);

/// <summary>Whether this instance can work. Anybody may ask, so the answer is kept for <see cref="Timing.CacheFor"/> and asking costs the store nothing more.</summary>
internal sealed class Readiness(IStore store, PPMessageOptions options, TimeProvider time, CountDeadLetters? countDeadLetters = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Cached<HealthReport> _health = new(async cancellation => HealthReport.Of(
        [AdminKey(options), SecretsKey(options), .. await StorageAsync(store, countDeadLetters, time, cancellation)]), time);

    public ValueTask<HealthReport> AskAsync(CancellationToken cancellation) => _health.GetAsync(options.Timing.CacheFor, cancellation);

    private static Check AdminKey(PPMessageOptions options) => options.HasAdminKey
        ? new("adminKey", CheckStatus.Pass)
        : new("adminKey", CheckStatus.Fail, $"The setting PPMessage__AdminKey is missing or has fewer than {PPMessageOptions.ShortestAdminKey} characters: nothing but /health is served.");

    private static Check SecretsKey(PPMessageOptions options) => options.HasSecretsKey
        ? new("secretsKey", CheckStatus.Pass)
        : new("secretsKey", CheckStatus.Warn, $"The setting PPMessage__SecretsKey is missing or has fewer than {PPMessageOptions.ShortestSecretsKey} characters: channels with secrets can't be made or used.");

    private static async Task<IReadOnlyList<Check>> StorageAsync(IStore store, CountDeadLetters? countDeadLetters, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await store.ReadAsync(Tables.Config, "health", "none", cancellation).WaitAsync(Patience, time, cancellation);
            var letters = countDeadLetters is null ? 0 : await countDeadLetters(cancellation).WaitAsync(Patience, time, cancellation);
            return [new("storage", CheckStatus.Pass), DeadLetters(letters)];
        }
        catch (Exception error) when (error is StoreException or TimeoutException)
        {
            return [new("storage", CheckStatus.Fail, "The storage does not answer.")];
        }
    }

    private static Check DeadLetters(int letters) => letters == 0
        ? new("deadLetters", CheckStatus.Pass)
        : new("deadLetters", CheckStatus.Warn, $"{letters} given up: read them at /api/dead-letters, and replay or delete them.");
}
