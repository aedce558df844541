namespace PPMessage.Campaigns.Occurrences;

/// <summary>One firing of a campaign, as stored (row <c>o|…</c>). What it sends is fixed when it begins: row <c>d|…</c> beside it.</summary>
internal sealed record Occurrence
{
    public required string Id { get; init; }

    /// <summary>What makes it one: the local date-time that it was scheduled for, and the zone.</summary>
    public required string Key { get; init; }

    /// <summary>By the clock on a wall of <see cref="Zone"/>.</summary>
    public required DateTime Local { get; init; }

    /// <summary>IANA name; <c>local</c>: each contact's own.</summary>
    public required string Zone { get; init; }

    /// <summary>When it was due; of one by the contacts' clocks, when that time came first anywhere.</summary>
    public required DateTimeOffset ScheduledAt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>By which its request knows it again when it is repeated; null: the clock began it.</summary>
    public string? Request { get; init; }

    public OccurrenceState State { get; init; }

    /// <summary>Why it stands still or was ended; null: it does not, or was not.</summary>
    public OccurrenceReason? Reason { get; init; }

    /// <summary>Counts how often it was set going. Work of an earlier time comes to nothing.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>The generation in which those who had failed were to be messaged again; 0: they never were.</summary>
    public int RetriedIn { get; init; }

    public int Priority { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public int Version { get; init; } = 1;

    /// <summary>Until when its campaign's name stands in the list of those under way.</summary>
    public bool IsOver => State is OccurrenceState.Finished or OccurrenceState.Cancelled;
}

internal enum OccurrenceState
{
    Running,

    Paused,

    /// <summary>What was not sent yet never will be.</summary>
    Cancelled,

    /// <summary>All of it is decided and handed to the provider. Deliveries go on coming in.</summary>
    Finished,
}

/// <param name="Code">For programs: <c>person</c>, <c>provider</c>, <c>campaign</c> (it was deleted or can't be read), or the provider's own code.</param>
/// <param name="Text">For people.</param>
internal sealed record OccurrenceReason(string Code, string Text);

/// <summary>Ids of occurrences: <c>cr_{ulid}{campaign's ulid}</c>, drawn from what makes them one, so that whoever begins one twice finds it begun.</summary>
internal static class OccurrenceIds
{
    public const string Prefix = "cr_";

    public static string Of(string campaignId, string key, DateTimeOffset at) => Prefix + Ids.SeededUlid(at, $"{campaignId}|{key}") + UlidOfCampaign(campaignId);

    /// <summary>Null when it is none.</summary>
    public static (string Ulid, string Campaign)? Read(string id) =>
        Ids.UlidOf(id, Prefix, Ids.UlidLength) is { } ulid && Ids.IsBase32(id.AsSpan(id.Length - Ids.UlidLength)) ? (ulid, id[^Ids.UlidLength..]) : null;

    public static string CampaignOf(string id) => Definitions.Campaign.IdPrefix + id[^Ids.UlidLength..];

    public static string UlidOf(string id) => id.Substring(Prefix.Length, Ids.UlidLength);

    private static string UlidOfCampaign(string campaignId) => campaignId[Definitions.Campaign.IdPrefix.Length..];
}
