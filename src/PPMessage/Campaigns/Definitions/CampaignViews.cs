using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;

namespace PPMessage.Campaigns.Definitions;

/// <summary>A campaign as the API shows it.</summary>
/// <param name="NextAt">When it is due next; null: never, or its schedule does not count now.</param>
internal sealed record CampaignView(
    string Id, string Name, CampaignStatus Status, string SegmentId, Schedule Schedule, IReadOnlyList<string> Channels, IReadOnlyDictionary<string, ChannelContent> Content, FlowToStart? Flow,
    RulesView Rules, AbTestView? AbTest, DateTimeOffset? NextAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static CampaignView Of(Campaign c, DateTimeOffset now) => new(
        c.Id, c.Name, c.Status, c.SegmentId, c.Schedule, c.Channels, c.Content, c.FlowId is null ? null : new FlowToStart(c.FlowId), RulesView.Of(c.Rules),
        c.Variants.Count == 0 ? null : new AbTestView(c.Variants), c.Status == CampaignStatus.Active ? c.Schedule.Next(now)?.At : null, c.CreatedAt, c.UpdatedAt);
}

internal sealed record FlowToStart(string FlowId);

internal sealed record AbTestView(IReadOnlyList<Variant> Variants);

/// <summary>A campaign's rules: times that it leaves to the workspace's settings are not there.</summary>
internal sealed record RulesView(
    FrequencyCap? FrequencyCap, HoursView? QuietHours, HoursView? AllowedHours, IReadOnlyList<int> AllowedDays, bool? Holidays, bool OncePerContact, int Priority, double? RatePerSecond, bool UsualQuietHours)
{
    public static RulesView Of(CampaignRules rules) => new(
        rules.FrequencyCap, rules.UsualQuietHours ? null : HoursView.Of(rules.Times.QuietHours), HoursView.Of(rules.Times.AllowedHours), rules.Times.AllowedDays,
        rules.UsualHolidays ? null : rules.Times.Holidays, rules.OncePerContact, rules.Priority, rules.RatePerSecond, rules.UsualQuietHours);
}

/// <summary>Hours by a clock, from the first up to the second.</summary>
internal sealed record HoursView(string From, string To)
{
    public static HoursView? Of(Agents.Hours.ClockRange? range) => range is null ? null : new(Clock(range.From), Clock(range.To));

    private static string Clock(int minute) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minute / 60:D2}:{minute % 60:D2}");
}

/// <summary>What of a campaign the audit log tells before and after.</summary>
internal static class CampaignAudit
{
    public static IReadOnlyDictionary<string, Audit.AuditChange> Between(Campaign? before, Campaign? after) =>
        Audit.AuditChanges.Between(Of(before), Of(after), CampaignsApiJson.Default.CampaignView);

    private static CampaignView? Of(Campaign? campaign) =>
        campaign is null ? null : CampaignView.Of(campaign, default) with { Id = string.Empty, NextAt = null, CreatedAt = default, UpdatedAt = default };
}
