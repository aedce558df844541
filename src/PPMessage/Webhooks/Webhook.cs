using PPMessage.Channels;
using PPMessage.Conversations;

namespace PPMessage.Webhooks;

/// <summary>Where somebody wants the change feed pushed to, as an admin has set it up.</summary>
internal sealed record Webhook
{
    public const string IdPrefix = "wh_";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    /// <summary>Which changes; empty: all.</summary>
    public IReadOnlyList<ChangeType> Events { get; init; } = [];

    public bool Enabled { get; init; } = true;

    /// <summary>Why we have switched it off; null: an admin did, or it is on.</summary>
    public string? DisabledReason { get; init; }

    public required WrappedSecret Secret { get; init; }

    /// <summary>Earlier secrets that still sign.</summary>
    public IReadOnlyList<RetiredSecret> Retired { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Counts changes of what clients can change; the resource's ETag.</summary>
    public int Version { get; init; } = 1;

    public bool Wants(ChangeType type) => Events.Count == 0 || Events.Contains(type);
}

/// <param name="Until">It signs no more from then on.</param>
internal sealed record RetiredSecret(WrappedSecret Secret, DateTimeOffset Until);
