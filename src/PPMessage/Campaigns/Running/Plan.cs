using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Campaigns.Sending;
using PPMessage.Campaigns.Settings;
using PPMessage.Channels;
using PPMessage.Flows.Definitions;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Running;

/// <summary>All that deciding on a recipient needs, made once for many. Immutable; safe to use from many threads.</summary>
/// <param name="OccurrenceId">Of a preview: one that there is not.</param>
/// <param name="Channels">The active one of each kind that the campaign names and has content for.</param>
/// <param name="Flow">Started for each recipient in place of a message; null: messages are sent.</param>
internal sealed record Plan(
    string OccurrenceId, Due Due, Campaign Campaign, CompiledSegment Segment, IReadOnlyList<PlannedVariant> Variants, IReadOnlyDictionary<string, PlannedChannel> Channels,
    FlowDefinition? Flow, CampaignSettings Settings, SendingHours Hours, TimeZoneInfo Zone)
{
    /// <summary>How long a recipient may be deferred, counted from when it was due for it, or the occurrence began if that was later (one that was missed).</summary>
    public static readonly TimeSpan LongestDeferral = TimeSpan.FromDays(7);

    /// <summary>When the occurrence began; of a preview: long ago.</summary>
    public DateTimeOffset BegunAt { get; init; }

    /// <summary>How many recipients make a chunk that is sent within a slot of the lanes, by the slowest of its rates.</summary>
    public int MostInChunk => Lanes.MostFor(Campaign.Channels.Select(Settings.RateOf).Append(Campaign.Rules.RatePerSecond ?? double.MaxValue).Min());

    /// <summary>When it is too late for a recipient.</summary>
    /// <param name="due">When it was due for it.</param>
    public DateTimeOffset Latest(DateTimeOffset due) => (due > BegunAt ? due : BegunAt) + LongestDeferral;

    /// <summary>Which content a contact gets: drawn by contact and campaign alone, so the same whenever it is asked.</summary>
    public int VariantOf(string contactId)
    {
        if (Variants.Count == 1) return 0;
        var drawn = (int)(Draw(contactId) % (uint)Variants.Sum(variant => variant.Weight));
        for (var i = 0; i < Variants.Count; i++)
            if ((drawn -= Variants[i].Weight) < 0) return i;
        return 0;
    }

    public int IndexOf(string? variant) => Variants.Index().FirstOrDefault(one => one.Item.Name == variant).Index;

    private uint Draw(string contactId) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{Campaign.Id}|{contactId}")));
}

/// <param name="Name">Null: there is nothing to compare.</param>
/// <param name="Content">By kind of channel.</param>
internal sealed record PlannedVariant(string? Name, int Weight, IReadOnlyDictionary<string, CompiledContent> Content);

/// <param name="Batches">How it sends many in one call; null: one by one.</param>
/// <param name="Sender">Knows what it can't send; null: nothing here sends by it.</param>
internal sealed record PlannedChannel(Channel Channel, IChannelKind Kind, BatchSending? Batches, IChannelSender? Sender)
{
    public string Id => Channel.Id;
}
