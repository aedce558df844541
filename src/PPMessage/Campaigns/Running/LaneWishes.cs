using PPMessage.Campaigns.Sending;
using PPMessage.Contacts;

namespace PPMessage.Campaigns.Running;

/// <summary>What a chunk wants of the lanes: its channels', its campaign's own where that has a rate, and those of the domains that mails go to. Pure.</summary>
internal static class LaneWishes
{
    /// <summary>By the channel that is tried first for each recipient: another may turn out to be needed, which the rest of the rate bears.</summary>
    public static IReadOnlyList<LaneWish> Of(Chunk chunk, IReadOnlyDictionary<string, Contact> contacts, Plan plan)
    {
        var first = chunk.Items.Where(item => item.Kinds.Count > 0 && contacts.ContainsKey(item.ContactId) && plan.Channels.ContainsKey(item.Kinds[0])).ToList();
        var wishes = first.GroupBy(item => item.Kinds[0])
            .Select(kind => new LaneWish(Lane.OfChannel(plan.Channels[kind.Key].Id), kind.Count(), plan.Settings.RateOf(kind.Key))).ToList();
        if (plan.Campaign.Rules.RatePerSecond is { } rate) wishes.Add(new LaneWish(plan.Campaign.Id, chunk.Items.Count, rate));
        var domains = first.Select(item => DomainOf(contacts[item.ContactId].First(plan.Channels[item.Kinds[0]].Kind.Reaches))).OfType<string>();
        return [.. wishes, .. domains.GroupBy(domain => domain).Where(domain => plan.Settings.RateOfDomain(domain.Key) is not null)
            .Select(domain => new LaneWish(Lane.OfDomain(domain.Key), domain.Count(), plan.Settings.RateOfDomain(domain.Key)!.Value))];
    }

    /// <summary>The time from one message to the next.</summary>
    public static TimeSpan Spacing(IReadOnlyList<LaneWish> wishes) => TimeSpan.FromSeconds(wishes.Max(wish => 1 / (wish.RatePerSecond * Lanes.Share)));

    private static string? DomainOf(string? address) => address?.LastIndexOf('@') is >= 0 and var at ? address[(at + 1)..] : null;
}
