using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Contacts;
using PPMessage.Filters;

namespace PPMessage.Campaigns.Running;

/// <summary>What is to become of one recipient.</summary>
internal abstract record Decision
{
    private Decision() { }

    /// <param name="Kinds">Of channels that reach it, in the campaign's order; empty: a flow is started.</param>
    /// <param name="NotAfter">When it must not be sent any more without being asked anew; null: whenever.</param>
    internal sealed record Send(IReadOnlyList<string> Kinds, int Variant, DateTimeOffset? NotAfter) : Decision;

    internal sealed record Defer(string Reason, DateTimeOffset Until) : Decision;

    internal sealed record Skip(string Reason) : Decision;
}

/// <summary>
/// Decides who gets a campaign's message at one time. Whether an address is stopped is not known here: that is asked where it is sent. What hours allow is looked up once for each
/// zone, so one is made for a page of contacts. No operations; not thread-safe.
/// </summary>
internal sealed class Deciding(Plan plan, DateTimeOffset now)
{
    // By the object: the system's zones are there once, and comparing two compares all their rules.
    private readonly Dictionary<TimeZoneInfo, ZoneHours> _zones = new(ReferenceEqualityComparer.Instance);

    public Decision Of(Addressee addressee) => Decide(addressee, isAgain: false);

    /// <summary>Of one who was to get it and has not: that it got this campaign does not count against it.</summary>
    public Decision Again(Addressee addressee) => Decide(addressee, isAgain: true);

    private Decision Decide(Addressee addressee, bool isAgain)
    {
        if (!isAgain && plan.Campaign.Rules.OncePerContact && addressee.Standing.Receipts.Any(receipt => receipt.CampaignId == plan.Campaign.Id)) return new Decision.Skip(Reasons.Once);
        if (addressee.Kinds is not { } kinds) return new Decision.Skip(Reasons.NoAddress);
        var hours = HoursOf(addressee.Zone);
        if (hours.Due > now) return new Decision.Defer(Reasons.LocalTime, hours.Due);
        if (hours.NextAllowed is not { } allowed || (!isAgain && allowed > plan.Latest(hours.Due))) return new Decision.Skip(Reasons.TooLate);
        if (allowed > now) return new Decision.Defer(Reasons.QuietHours, allowed);
        if (!Caps.Leave(addressee.Standing, plan, now)) return new Decision.Skip(Reasons.Capped);
        return new Decision.Send(kinds, addressee.Variant, hours.AllowedUntil);
    }

    private ZoneHours HoursOf(TimeZoneInfo zone)
    {
        if (!_zones.TryGetValue(zone, out var hours))
            _zones[zone] = hours = new ZoneHours(Schedule.InstantFor(plan.Due, zone), plan.Hours.NextAllowed(now, zone), plan.Hours.AllowedUntil(now, zone));
        return hours;
    }

    private sealed record ZoneHours(DateTimeOffset Due, DateTimeOffset? NextAllowed, DateTimeOffset? AllowedUntil);
}

/// <summary>How many messages of campaigns a contact may get. A place is taken when it is decided, in the same transaction, and given back if nothing is sent after all. Pure.</summary>
internal static class Caps
{
    public static bool Leave(Standing standing, Plan plan, DateTimeOffset now) =>
        IsBelow(plan.Settings.FrequencyCap, standing.Touches, now)
        && (plan.Campaign.Rules.FrequencyCap is not { } own || IsBelow(own, standing.Touches.Where(touch => OccurrenceIds.CampaignOf(touch.Occurrence) == plan.Campaign.Id), now));

    /// <summary>The standing when one message more is decided.</summary>
    public static Standing Taken(Standing standing, Plan plan, DateTimeOffset now)
    {
        var oldest = now.AddDays(-FrequencyCap.LongestDays - 1);
        var before = standing.Receipts.FirstOrDefault(receipt => receipt.CampaignId == plan.Campaign.Id);
        return standing with
        {
            Touches = standing.Touches.Count == 0 ? [new CampaignTouch(now, plan.OccurrenceId)] : [.. standing.Touches.Where(touch => touch.At > oldest).TakeLast(Standing.MostTouches - 1), new CampaignTouch(now, plan.OccurrenceId)],
            Receipts = [.. standing.Receipts.Where(receipt => receipt != before).TakeLast(Standing.MostReceipts - 1), new CampaignReceipt(plan.Campaign.Id, (before?.Times ?? 0) + 1, now)],
        };
    }

    /// <summary>The standing when what was decided for an occurrence was not sent. Idempotent.</summary>
    public static Standing GivenBack(Standing standing, string occurrenceId)
    {
        if (standing.Touches.LastOrDefault(touch => touch.Occurrence == occurrenceId) is not { } touch) return standing;
        var campaign = OccurrenceIds.CampaignOf(occurrenceId);
        return standing with
        {
            Touches = [.. standing.Touches.Where(other => !ReferenceEquals(other, touch))],
            Receipts = [.. standing.Receipts.Select(receipt => receipt.CampaignId == campaign ? receipt with { Times = receipt.Times - 1 } : receipt).Where(receipt => receipt.Times > 0)],
        };
    }

    private static bool IsBelow(FrequencyCap? cap, IEnumerable<CampaignTouch> touches, DateTimeOffset now)
    {
        // Of hardly anybody the times have to be looked at.
        if (cap is null || !touches.Skip(cap.Max - 1).Any()) return true;
        var from = cap.Window.Before(new FilterMoment(now, TimeZoneInfo.Utc));
        return touches.Count(touch => touch.At > from) < cap.Max;
    }
}
