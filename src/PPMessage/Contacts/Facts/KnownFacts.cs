using PPMessage.Storage;

namespace PPMessage.Contacts.Facts;

/// <summary>All that is noted of one contact. Pure.</summary>
internal sealed record KnownFacts
{
    public static readonly KnownFacts None = new();

    private Dictionary<string, ConsentFact>? _consents;
    private Dictionary<CampaignReaction, List<string>>? _campaigns;

    public SeenFact? Seen { get; private set; }

    /// <summary>Null: nothing was ever said of it.</summary>
    public ConsentFact? Consent(string channelKind) => _consents?.GetValueOrDefault(channelKind);

    /// <summary>Ids of the campaigns that the contact reacted to in this way.</summary>
    public IReadOnlyList<string> Campaigns(CampaignReaction reaction) => _campaigns?.GetValueOrDefault(reaction) ?? [];

    /// <param name="rows">The contact's rows <c>f|</c>, and no others.</param>
    public static KnownFacts Of(string contactId, IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0) return None;
        var (known, prefix) = (new KnownFacts(), FactKeys.Prefix(contactId).Length);
        foreach (var row in rows) known.Take(row, row.Key.AsSpan(prefix));
        return known;
    }

    private void Take(Row row, ReadOnlySpan<char> fact)
    {
        if (FactKeys.IsSeen(fact)) Seen = row.As(ContactsJson.Default.SeenFact);
        else if (FactKeys.ConsentOf(fact) is { } kind) (_consents ??= [])[kind] = row.As(ContactsJson.Default.ConsentFact);
        else if (FactKeys.CampaignOf(fact) is var (campaign, reaction)) Take(reaction, campaign);
    }

    private void Take(CampaignReaction reaction, string campaign)
    {
        _campaigns ??= [];
        if (!_campaigns.TryGetValue(reaction, out var campaigns)) _campaigns[reaction] = campaigns = [];
        campaigns.Add(campaign);
    }
}
