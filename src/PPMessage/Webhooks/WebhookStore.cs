using PPMessage.Storage;

namespace PPMessage.Webhooks;

/// <param name="ETag">Of the webhook's row.</param>
/// <param name="StateETag">Of its state's.</param>
internal sealed record StoredWebhook(Webhook Webhook, string ETag, WebhookState State, string StateETag);

/// <summary>Which message of the queue carries the clock on; every other one is a left-over.</summary>
/// <param name="At">When it was put there.</param>
internal sealed record Pulse(string Link, DateTimeOffset At);

/// <summary>All that one read finds.</summary>
internal sealed record KnownWebhooks(IReadOnlyList<StoredWebhook> All, Pulse? Pulse, string? PulseETag);

/// <summary>
/// Webhooks in table <c>Config</c>, partition <c>webhook</c>, so that one range read finds all there is to know, and what belongs together is one transaction:
/// row = id; <c>state|{id}</c> how far it has come; <c>pulse</c> the clock's. Thread-safe.
/// </summary>
internal sealed class WebhookStore(IStore store)
{
    private const string Partition = "webhook";
    private const string PulseKey = "pulse";
    private const string StatePrefix = "state|";

    /// <summary>In the order in which they were made.</summary>
    public async Task<KnownWebhooks> AllAsync(CancellationToken cancellation)
    {
        var rows = (await store.ReadAllAsync(Tables.Config, Partition, RowRange.All, cancellation)).ToDictionary(row => row.Key);
        var all = rows.Values.Where(row => row.Key.StartsWith(Webhook.IdPrefix, StringComparison.Ordinal)).OrderBy(row => row.Key, StringComparer.Ordinal);
        var pulse = rows.GetValueOrDefault(PulseKey);
        return new([.. all.Select(row => Of(row, rows[StatePrefix + row.Key]))], pulse?.As(WebhookJson.Default.Pulse), pulse?.ETag);
    }

    public async Task<StoredWebhook?> FindAsync(string id, CancellationToken cancellation)
    {
        if (Ids.UlidOf(id, Webhook.IdPrefix, 0) is null || await store.ReadAsync(Tables.Config, Partition, id, cancellation) is not { } row) return null;
        return await store.ReadAsync(Tables.Config, Partition, StatePrefix + id, cancellation) is { } state ? Of(row, state) : null;
    }

    /// <param name="link">The clock's next message, which is there already; null: the clock goes, or need not.</param>
    public Task<bool> CreateAsync(Webhook webhook, WebhookState state, string? link, CancellationToken cancellation) => CommitAsync(
        [
            RowWrite.Insert(webhook.Id, webhook, WebhookJson.Default.Webhook),
            RowWrite.Insert(StatePrefix + webhook.Id, state, WebhookJson.Default.WebhookState),
            .. Carried(link, webhook.UpdatedAt),
        ],
        cancellation);

    /// <param name="link">As above.</param>
    /// <returns>False: somebody else has changed it meanwhile, or a batch was delivered.</returns>
    public Task<bool> ReplaceAsync(StoredWebhook before, Webhook after, WebhookState state, string? link, CancellationToken cancellation) => CommitAsync(
        [
            RowWrite.Replace(after.Id, before.ETag, after, WebhookJson.Default.Webhook),
            .. state == before.State ? Array.Empty<RowWrite>() : [RowWrite.Replace(StatePrefix + after.Id, before.StateETag, state, WebhookJson.Default.WebhookState)],
            .. Carried(link, after.UpdatedAt),
        ],
        cancellation);

    public Task<bool> DeleteAsync(StoredWebhook before, CancellationToken cancellation) =>
        CommitAsync([RowWrite.Delete(before.Webhook.Id, before.ETag), RowWrite.Delete(StatePrefix + before.Webhook.Id)], cancellation);

    /// <returns>Null: somebody else was quicker.</returns>
    public async Task<StoredWebhook?> SaveAsync(StoredWebhook before, WebhookState state, CancellationToken cancellation)
    {
        var write = RowWrite.Replace(StatePrefix + before.Webhook.Id, before.StateETag, state, WebhookJson.Default.WebhookState);
        var result = await store.CommitAsync(Tables.Config, Partition, [write], cancellation);
        return result.Committed ? before with { State = state, StateETag = result.ETags[0] } : null;
    }

    /// <returns>False: somebody else has carried it on.</returns>
    public Task<bool> CarryAsync(Pulse pulse, string? before, CancellationToken cancellation) => CommitAsync(
        [before is null ? RowWrite.Insert(PulseKey, pulse, WebhookJson.Default.Pulse) : RowWrite.Replace(PulseKey, before, pulse, WebhookJson.Default.Pulse)],
        cancellation);

    /// <summary>There is nothing to beat for.</summary>
    public Task<bool> StopAsync(string etag, CancellationToken cancellation) => CommitAsync([RowWrite.Delete(PulseKey, etag)], cancellation);

    private static RowWrite[] Carried(string? link, DateTimeOffset now) =>
        link is null ? [] : [RowWrite.Put(PulseKey, new Pulse(link, now), WebhookJson.Default.Pulse)];

    private async Task<bool> CommitAsync(IReadOnlyList<RowWrite> writes, CancellationToken cancellation) =>
        (await store.CommitAsync(Tables.Config, Partition, writes, cancellation)).Committed;

    private static StoredWebhook Of(Row row, Row state) =>
        new(row.As(WebhookJson.Default.Webhook), row.ETag, state.As(WebhookJson.Default.WebhookState), state.ETag);
}
