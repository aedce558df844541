using PPMessage.Campaigns.Occurrences;
using PPMessage.Contacts;

namespace PPMessage.Campaigns;

/// <summary>
/// Which recipient of which occurrence a message is for: what goes along with it (<c>CampaignMark</c>) and comes back with all that is told of it, so that nothing has to be
/// looked up. <c>{occurrence}.{contact}.{variant}.{kind}</c>, and <c>.{retriedIn}</c> where it was sent again.
/// </summary>
/// <param name="Variant">Counted from 0.</param>
/// <param name="RetriedIn">As in the ledger (<see cref="Ledgers.LedgerEntry.RetriedIn"/>): what is told of a message that had failed says nothing of the one that was sent in its place.</param>
internal sealed record RecipientTag(string OccurrenceId, string ContactId, int Variant, string Kind, int RetriedIn = 0)
{
    private const int Parts = 4;

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{OccurrenceId}.{ContactId}.{Variant}.{Kind}{(RetriedIn > 0 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $".{RetriedIn}") : string.Empty)}");

    /// <summary>Null: it is none of ours. What comes back from outside is not to be trusted further than that.</summary>
    public static RecipientTag? Read(string tag)
    {
        var parts = tag.Split('.');
        var retriedIn = 0;
        return (parts.Length == Parts || (parts.Length == Parts + 1 && int.TryParse(parts[Parts], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out retriedIn)))
            && OccurrenceIds.Read(parts[0]) is not null && ContactKeys.BucketOf(parts[1]) is not null
            && int.TryParse(parts[2], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var variant)
            && parts[3].Length is > 0 and <= 20 && parts[3].All(char.IsAsciiLetterLower)
                ? new RecipientTag(parts[0], parts[1], variant, parts[3], retriedIn)
                : null;
    }
}
