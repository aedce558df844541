namespace PPMessage.Contacts;

/// <summary>
/// Row <c>s|{contact}</c>: how much campaigns have asked of a contact. Beside the contact's own row, so that deciding on a message touches nothing that anybody edits;
/// written together with what was decided, under its ETag, so that two campaigns can't both take the last place that a cap allows.
/// </summary>
internal sealed record Standing
{
    /// <summary>As many as the highest cap allows.</summary>
    public const int MostTouches = 100;

    /// <summary>Of so many campaigns the latest are remembered.</summary>
    public const int MostReceipts = 50;

    public static readonly Standing None = new();

    /// <summary>Campaign messages that were sent or for which a place is reserved, oldest first; those that no cap can ask for any more are left out.</summary>
    public IReadOnlyList<CampaignTouch> Touches { get; init; } = [];

    /// <summary>What it got of which campaign, the latest last.</summary>
    public IReadOnlyList<CampaignReceipt> Receipts { get; init; } = [];

    /// <summary>What was taken over of contacts that are just becoming part of this one (<see cref="StandingMerge"/>); null: of nobody.</summary>
    public IReadOnlyList<StandingPart>? Taken { get; init; }
}

internal sealed record StandingPart(string ContactId, Standing Standing);

/// <param name="Occurrence">Its id, which names its campaign too.</param>
internal sealed record CampaignTouch(DateTimeOffset At, string Occurrence);

/// <param name="Times">How often.</param>
/// <param name="At">The last time.</param>
internal sealed record CampaignReceipt(string CampaignId, int Times, DateTimeOffset At);
