using System.Text.Json;
using PPMessage.Agents.Hours;
using PPMessage.Campaigns.Content;
using PPMessage.Campaigns.Definitions;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Running;
using PPMessage.Campaigns.Schedules;
using PPMessage.Campaigns.Settings;
using PPMessage.Channels;
using PPMessage.Contacts;
using PPMessage.Filters;
using PPMessage.Mailgun;
using PPMessage.Segments;
using PPMessage.Tests.Http;

namespace PPMessage.Tests.Campaigns;

/// <summary>Plans and contacts with nothing of the app behind them.</summary>
internal static class Planned
{
    public const string CampaignId = "cp_01KB0000000000000000000001";

    public static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-11-23T08:00:00Z");

    public static readonly ChannelKinds Kinds = new([new SmsKind(), new MailgunChannels()]);

    public static readonly string OccurrenceId = OccurrenceIds.Of(CampaignId, "2026-11-23T08:00|UTC", Now);

    public static string ContactId(int number) => ContactKeys.NewId(Ids.SeededUlid(Now, $"contact {number}"));

    public static Contact Contact(int number, string? zone = null, bool hasPhone = true) => new()
    {
        Id = ContactId(number), Name = $"客户{number}", Phones = hasPhone ? ["+8613800000000"] : [], Emails = ["li@qq.com"], TimeZone = zone, FirstSeenAt = Now, CreatedAt = Now, UpdatedAt = Now,
    };

    public static Campaign Campaign(CampaignRules? rules = null, params string[] channels) => new()
    {
        Id = CampaignId, Name = "新品", SegmentId = "active", Schedule = new Schedule { Every = Every.Once }, Channels = channels is [] ? ["sms"] : channels, Rules = rules ?? new(), CreatedAt = Now, UpdatedAt = Now,
    };

    public static Plan Plan(Campaign? campaign = null, CampaignSettings? settings = null, Due? due = null, BusinessHours? business = null, params int[] weights)
    {
        var (planned, all) = (campaign ?? Campaign(), settings ?? new CampaignSettings { FrequencyCap = null, QuietHours = null });
        var content = planned.Channels.ToDictionary(kind => kind, kind => CompiledContent.Compile(new ChannelContent(kind == "email" ? "新品" : null, "{{ contact.name }}", null), kind == "email", (_, _) => { })!);
        IReadOnlyList<PlannedVariant> variants = weights is [] ? [new(null, 1, content)] : [.. weights.Select((weight, i) => new PlannedVariant(((char)('A' + i)).ToString(), weight, content))];
        return new Plan(
            OccurrenceId, due ?? new Due(Now.UtcDateTime, "UTC", Now), planned, Segment(), variants, planned.Channels.ToDictionary(kind => kind, Channel), null, all,
            new SendingHours(planned.Rules.Times, business ?? new()), TimeZoneInfo.Utc);
    }

    public static Addressee Addressee(PPMessage.Segments.Candidate candidate, Plan plan) => new Addressing(plan).Of(candidate);

    public static PlannedChannel Channel(string kind) => new(
        new Channel { Id = $"ch_{kind}", Kind = kind, Provider = kind == "sms" ? "twilio" : "mailgun", Name = kind, Settings = new Dictionary<string, string>(), Secrets = new Dictionary<string, WrappedSecret>(), HookKey = "k", CreatedAt = Now, UpdatedAt = Now },
        kind == "sms" ? new SmsKind() : new MailgunChannels(), null, null);

    // Nobody is read by it.
    private static CompiledSegment Segment() => new(
        Filter.Compile(JsonElement.Parse("""{"field":"contact.tags","op":"contains","value":"vip"}"""), name => SegmentFields.Find(name, _ => null, _ => true), string.Empty, (_, _) => { })!, null!, "UTC");
}
