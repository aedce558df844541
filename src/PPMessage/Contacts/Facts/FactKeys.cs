using PPMessage.Http;

namespace PPMessage.Contacts.Facts;

/// <summary>Where facts lie: in the contact's bucket of the table <c>Contacts</c>.</summary>
internal static class FactKeys
{
    private const string SeenWord = "seen";
    private const string ConsentMark = "c|";
    private const string CampaignMark = "a|";

    public static string Prefix(string contactId) => $"f|{contactId}|";

    public static string Seen(string contactId) => Prefix(contactId) + SeenWord;

    public static string Consent(string contactId, string channelKind) => Prefix(contactId) + ConsentMark + channelKind;

    public static string Campaign(string contactId, string campaignId, CampaignReaction reaction) =>
        $"{Prefix(contactId)}{CampaignMark}{campaignId}|{Words<CampaignReaction>.Of(reaction)}";

    public static bool IsSeen(ReadOnlySpan<char> fact) => fact.SequenceEqual(SeenWord);

    /// <summary>The channel kind; null: it is another fact.</summary>
    public static string? ConsentOf(ReadOnlySpan<char> fact) => fact.StartsWith(ConsentMark) ? fact[ConsentMark.Length..].ToString() : null;

    /// <summary>Null: it is another fact.</summary>
    public static (string CampaignId, CampaignReaction Reaction)? CampaignOf(ReadOnlySpan<char> fact) =>
        fact.StartsWith(CampaignMark) && fact.LastIndexOf('|') is var end && end > CampaignMark.Length && Words<CampaignReaction>.TryParse(fact[(end + 1)..].ToString(), out var reaction)
            ? (fact[CampaignMark.Length..end].ToString(), reaction)
            : null;
}
