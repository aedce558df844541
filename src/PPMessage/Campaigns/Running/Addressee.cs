using PPMessage.Campaigns.Rules;
using PPMessage.Contacts;
using PPMessage.Segments;

namespace PPMessage.Campaigns.Running;

/// <summary>Whoever is in the segment, as far as deciding asks. Small, since those of whole pages are held while others are written.</summary>
/// <param name="Kinds">Of channels that reach it, in the campaign's order; empty: a flow is started; null: none does.</param>
/// <param name="Variant">Which content, counted from 0.</param>
/// <param name="Zone">By whose clock it lives.</param>
internal sealed record Addressee(string ContactId, IReadOnlyList<string>? Kinds, int Variant, TimeZoneInfo Zone)
{
    public Standing Standing { get; init; } = Standing.None;

    /// <summary>Of the row in which the standing lies; null: there is none yet.</summary>
    public string? StandingETag { get; init; }
}

/// <summary>Tells how somebody is reached by a campaign. Made once for many; no operations; not thread-safe.</summary>
internal sealed class Addressing(Plan plan)
{
    // By variant: channels that there are, and that have content for it.
    private readonly string[]?[] _open = new string[]?[plan.Variants.Count];

    public Addressee Of(Candidate candidate)
    {
        var variant = plan.VariantOf(candidate.Glance.Id);
        return new Addressee(candidate.Glance.Id, KindsOf(candidate.Reach, variant), variant, ContactZone.Of(candidate.Reach, plan.Zone)) { Standing = candidate.Standing, StandingETag = candidate.StandingETag };
    }

    private IReadOnlyList<string>? KindsOf(Contact contact, int variant)
    {
        if (plan.Flow is not null) return [];
        var open = _open[variant] ??= [.. plan.Campaign.Channels.Where(kind => plan.Variants[variant].Content.ContainsKey(kind) && plan.Channels.ContainsKey(kind))];
        // Most are reached by all of them, or by none.
        var reached = open.Count(kind => Reaches(kind, contact));
        return reached == 0 ? null : reached == open.Length ? open : [.. open.Where(kind => Reaches(kind, contact))];
    }

    private bool Reaches(string kind, Contact contact) => contact.First(plan.Channels[kind].Kind.Reaches) is not null;
}
