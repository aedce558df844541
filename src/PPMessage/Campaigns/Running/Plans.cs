using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using PPMessage.Agents;
using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Campaigns.Settings;
using PPMessage.Channels;
using PPMessage.Flows;
using PPMessage.Flows.Definitions;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Running;

/// <summary>Makes plans. One of an occurrence is kept for a while: settings and channels that change are seen within <see cref="KeptFor"/>, and the time for which those are cached themselves. Thread-safe.</summary>
internal sealed class Plans(
    OccurrenceStore occurrences, SegmentMembership segments, ChannelDirectory channels, ChannelKinds kinds, FlowLibrary flows, SettingStore<CampaignSettings> settings,
    SettingStore<BusinessHours> hours, OccurrenceControl control, IServiceProvider services, TimeProvider time)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    // More than ever run at a time; beyond it all are made anew.
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<string, (Task<Plan?> Plan, DateTimeOffset At)> _kept = new();

    /// <summary>Null: it can't be carried out, and stands still with the reason.</summary>
    public async Task<Plan?> OfAsync(Occurrence occurrence, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(occurrence.Id, out var kept) && now - kept.At < KeptFor && !kept.Plan.IsFaulted) return await kept.Plan;
        if (_kept.Count >= MostKept) _kept.Clear();
        var making = MakeAsync(occurrence);
        _kept[occurrence.Id] = (making, now);
        var plan = await making.WaitAsync(cancellation);
        // What keeps it from being made may be mended, and the occurrence resumed, at any moment.
        if (plan is null) _kept.TryRemove(occurrence.Id, out _);
        return plan;
    }

    /// <summary>Of a campaign as it stands, as if it were sent at a time.</summary>
    /// <returns>Null with why not, for people.</returns>
    public async Task<(Plan? Plan, string? Problem)> OfAsync(Campaign campaign, Due due, string occurrenceId, CancellationToken cancellation)
    {
        if (await segments.CompileAsync(campaign.SegmentId, cancellation) is not { } segment) return (null, $"There is no segment {campaign.SegmentId} any more.");
        var flow = campaign.FlowId is null ? null : await flows.PublishedAsync(campaign.FlowId, cancellation);
        if (campaign.FlowId is not null && flow is null) return (null, $"The flow {campaign.FlowId} is not published any more.");
        var plan = await OfAsync(campaign, due, occurrenceId, segment, flow, cancellation);
        return plan.Hours.AreEmpty ? (null, "Its allowed hours all lie within the quiet hours.") : (plan, null);
    }

    private async Task<Plan> OfAsync(Campaign campaign, Due due, string occurrenceId, CompiledSegment segment, FlowDefinition? flow, CancellationToken cancellation)
    {
        var all = await settings.GetAsync(cancellation);
        var business = await hours.GetAsync(cancellation);
        var times = campaign.Rules.Times with
        {
            QuietHours = campaign.Rules.UsualQuietHours ? all.QuietHours : campaign.Rules.Times.QuietHours,
            Holidays = campaign.Rules.UsualHolidays ? all.Holidays : campaign.Rules.Times.Holidays,
        };
        return new Plan(
            occurrenceId, due, campaign, segment, VariantsOf(campaign), await ChannelsAsync(campaign, cancellation), flow, all, new SendingHours(times, business),
            TimeZoneInfo.FindSystemTimeZoneById(business.TimeZone));
    }

    private async Task<Plan?> MakeAsync(Occurrence occurrence)
    {
        var campaign = await occurrences.DefinitionAsync(occurrence.Id, CancellationToken.None);
        if (campaign is null) return null;
        var due = new Due(occurrence.Local, occurrence.Zone, occurrence.ScheduledAt);
        var (plan, problem) = await OfAsync(campaign, due, occurrence.Id, CancellationToken.None);
        // Whoever is looked at meanwhile would get nothing for good.
        if (plan is { Flow: null, Channels.Count: 0 } && occurrence.State == OccurrenceState.Running) (plan, problem) = (null, $"No channel of {string.Join(", ", campaign.Channels)} is active.");
        // Cancelled, nothing is decided any more, but what is left is to be swept up: nobody asks who belongs to the segment, or for the flow.
        if (plan is null && occurrence.State == OccurrenceState.Cancelled && await segments.CompileAsync(BuiltInSegments.All[0].Id, CancellationToken.None) is { } any)
            plan = await OfAsync(campaign, due, occurrence.Id, any, null, CancellationToken.None);
        if (plan is null && occurrence.State == OccurrenceState.Running) await control.PauseForAsync(occurrence.Id, new OccurrenceReason("campaign", problem!), CancellationToken.None);
        return plan is null ? null : plan with { BegunAt = occurrence.StartedAt };
    }

    private async Task<IReadOnlyDictionary<string, PlannedChannel>> ChannelsAsync(Campaign campaign, CancellationToken cancellation)
    {
        var active = new Dictionary<string, PlannedChannel>();
        foreach (var kind in campaign.Channels)
            if (await channels.ActiveAsync(kind, cancellation) is { } channel && kinds.Of(channel) is { } served)
                active[kind] = new PlannedChannel(channel, served, services.GetKeyedService<BatchSending>(served.Serves), services.GetKeyedService<IChannelSender>(served.Serves));
        return active;
    }

    private IReadOnlyList<PlannedVariant> VariantsOf(Campaign campaign) => campaign.Variants.Count == 0
        ? [new PlannedVariant(null, 1, Compiled(campaign.Content))]
        : [.. campaign.Variants.Select(variant => new PlannedVariant(variant.Name, variant.Weight, Compiled(variant.Content)))];

    // It was right when it was written. What the program understands may have become less since: then that channel says nothing.
    private Dictionary<string, CompiledContent> Compiled(IReadOnlyDictionary<string, ChannelContent> content) => content
        .Select(entry => (entry.Key, Value: CompiledContent.Compile(entry.Value, kinds.HasSubject(entry.Key), (_, _) => { })))
        .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!);
}
