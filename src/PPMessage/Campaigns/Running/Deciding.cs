using PPMessage.Campaigns.Ledgers;
using PPMessage.Campaigns.Occurrences;
using PPMessage.Campaigns.Rules;
using PPMessage.Campaigns.Schedules;
using PPMessage.Contacts;
using PPMessage.Filters;
using PPMessage.Segments;

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

/// <summary>Decides who gets a campaign's message now. Whether an address is stopped is not known here: that is asked where it is sent. Pure.</summary>
internal static class Deciding
{
    /// <param name="candidate">In the segment.</param>
    public static Decision Of(Candidate candidate, Plan plan, DateTimeOffset now) => Decide(candidate, plan, now, isAgain: false);

    /// <summary>Of one who was to get it and has not: that it got this campaign does not count against it.</summary>
    public static Decision Again(Candidate candidate, Plan plan, DateTimeOffset now) => Decide(candidate, plan, now, isAgain: true);

    private static Decision Decide(Candidate candidate, Plan plan, DateTimeOffset now, bool isAgain)
    {
        if (!isAgain && plan.Campaign.Rules.OncePerContact && candidate.Standing.Receipts.Any(receipt => receipt.CampaignId == plan.Campaign.Id)) return new Decision.Skip(Reasons.Once);
        if (KindsOf(candidate.Contact, plan) is not { } kinds) return new Decision.Skip(Reasons.NoAddress);
        var zone = ContactZone.Of(candidate.Contact, plan.Zone);
        if (Schedule.InstantFor(plan.Due, zone) is var due && due > now) return new Decision.Defer(Reasons.LocalTime, due);
        if (plan.Hours.NextAllowed(now, zone) is not { } allowed || (!isAgain && allowed > plan.Latest(due))) return new Decision.Skip(Reasons.TooLate);
        if (allowed > now) return new Decision.Defer(Reasons.QuietHours, allowed);
        if (!Caps.Leave(candidate.Standing, plan, now)) return new Decision.Skip(Reasons.Capped);
        return new Decision.Send(kinds, plan.VariantOf(candidate.Contact.Id), plan.Hours.AllowedUntil(now, zone));
    }

    /// <summary>Null: none of the channels reaches it.</summary>
    private static IReadOnlyList<string>? KindsOf(Contact contact, Plan plan)
    {
        if (plan.Flow is not null) return [];
        var content = plan.Variants[plan.VariantOf(contact.Id)].Content;
        var kinds = plan.Campaign.Channels.Where(kind => content.ContainsKey(kind) && plan.Channels.TryGetValue(kind, out var channel) && contact.First(channel.Kind.Reaches) is not null).ToList();
        return kinds.Count > 0 ? kinds : null;
    }
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
            Touches = [.. standing.Touches.Where(touch => touch.At > oldest).TakeLast(Standing.MostTouches - 1), new CampaignTouch(now, plan.OccurrenceId)],
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
        if (cap is null) return true;
        var from = cap.Window.Before(new FilterMoment(now, TimeZoneInfo.Utc));
        return touches.Count(touch => touch.At > from) < cap.Max;
    }
}
