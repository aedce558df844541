using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;

namespace PPMessage.Campaigns.Definitions;

/// <summary>What is sent to whom, when, and within which bounds. A change counts for occurrences that begin after it.</summary>
internal sealed record Campaign
{
    public const string IdPrefix = "cp_";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string SegmentId { get; init; }

    public required Schedule Schedule { get; init; }

    /// <summary>Kinds of channels in the order in which they are tried: the first by which the contact can be reached. Empty where a flow is started.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>By kind of channel.</summary>
    public IReadOnlyDictionary<string, ChannelContent> Content { get; init; } = new Dictionary<string, ChannelContent>();

    /// <summary>Started for each recipient in place of a message; null: messages are sent.</summary>
    public string? FlowId { get; init; }

    public CampaignRules Rules { get; init; } = new();

    /// <summary>Contents that are compared with each other, in place of <see cref="Content"/>; empty: there is nothing to compare.</summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    public CampaignStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public int Version { get; init; } = 1;
}

internal enum CampaignStatus
{
    /// <summary>Never started.</summary>
    Draft,

    /// <summary>Its schedule counts.</summary>
    Active,

    /// <summary>Its schedule does not count, and what was under way stands still.</summary>
    Paused,

    /// <summary>Cancelled, or its only time is over. It can be started again.</summary>
    Ended,
}

/// <summary>What is said by one kind of channel. Liquid.</summary>
/// <param name="Subject">Null where the kind has none.</param>
/// <param name="Text">Null: it is made of <paramref name="Html"/>.</param>
/// <param name="Html">Null: text only.</param>
internal sealed record ChannelContent(string? Subject, string? Text, string? Html);

/// <summary>One of several contents. Who gets which is drawn by the contact and the campaign, and so the same in every occurrence.</summary>
/// <param name="Weight">Its share of all weights together: 1–1,000.</param>
internal sealed record Variant(string Name, int Weight, IReadOnlyDictionary<string, ChannelContent> Content);

/// <summary>What keeps a campaign from disturbing. What is left out is as the workspace's settings say.</summary>
internal sealed record CampaignRules
{
    public const int LowestPriority = 1;
    public const int HighestPriority = 10;
    public const int UsualPriority = 5;

    /// <summary>How many messages of this campaign a contact gets at most within a time; null: as many as come. The workspace's own cap counts besides.</summary>
    public FrequencyCap? FrequencyCap { get; init; }

    public SendingTimes Times { get; init; } = new();

    /// <summary>Quiet hours are as the workspace's settings say, whatever <see cref="Times"/> has.</summary>
    public bool UsualQuietHours { get; init; } = true;

    /// <summary>Holidays likewise.</summary>
    public bool UsualHolidays { get; init; } = true;

    /// <summary>Whether a contact gets this campaign once, however many occurrences there are.</summary>
    public bool OncePerContact { get; init; }

    /// <summary>1–10, default 5. Of campaigns that run at the same time the higher one takes its places in the caps first.</summary>
    public int Priority { get; init; } = UsualPriority;

    /// <summary>Messages a second at most; null: as fast as the channel's limit lets it.</summary>
    public double? RatePerSecond { get; init; }
}
