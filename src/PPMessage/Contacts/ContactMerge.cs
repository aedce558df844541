using System.Text.Json;

namespace PPMessage.Contacts;

/// <summary>What two contacts who are one person become. Pure.</summary>
internal static class ContactMerge
{
    /// <summary>Why they can't become one, for people; null: they can.</summary>
    public static string? Problem(Contact from, Contact into)
    {
        var whole = Of(from, into, into.UpdatedAt);
        if (Math.Max(whole.Phones.Count, whole.Emails.Count) > ContactEdit.MostAddresses)
            return $"Together they have more than {ContactEdit.MostAddresses} phones or e-mails: take some away first.";
        if (whole.Tags.Count > ContactEdit.MostTags) return $"Together they have more than {ContactEdit.MostTags} tags: take some away first.";
        return ContactEdit.AreTooMany(whole.Attributes) ? "Together their attributes are too many or too long: take some away first." : null;
    }

    /// <summary>
    /// What <paramref name="into"/> says stands; the other fills in what it leaves open. Addresses, tags and ids are the two's together. Idempotent.
    /// </summary>
    public static Contact Of(Contact from, Contact into, DateTimeOffset now) => into.MergedFrom.Contains(from.Id) ? into : into with
    {
        Name = into.Name ?? from.Name,
        Phones = [.. into.Phones.Union(from.Phones)],
        Emails = [.. into.Emails.Union(from.Emails)],
        ExternalId = into.ExternalId ?? from.ExternalId,
        FormerExternalIds = [.. into.FormerExternalIds.Concat(ExternalIds(from)).Where(id => id != (into.ExternalId ?? from.ExternalId)).Distinct()],
        Attributes = Together(from.Attributes, into.Attributes),
        Tags = [.. into.Tags.Union(from.Tags)],
        TimeZone = into.TimeZone ?? from.TimeZone,
        Locale = into.Locale ?? from.Locale,
        FirstSeenAt = from.FirstSeenAt < into.FirstSeenAt ? from.FirstSeenAt : into.FirstSeenAt,
        MergedFrom = [.. into.MergedFrom.Concat(from.MergedFrom).Append(from.Id).Distinct().Where(id => id != into.Id)],
        UpdatedAt = now,
        // What somebody has read of either is stale.
        Version = Math.Max(from.Version, into.Version) + 1,
    };

    private static IEnumerable<string> ExternalIds(Contact contact) => contact.FormerExternalIds.Prepend(contact.ExternalId).OfType<string>();

    private static Dictionary<string, JsonElement> Together(IReadOnlyDictionary<string, JsonElement> from, IReadOnlyDictionary<string, JsonElement> into)
    {
        var all = new Dictionary<string, JsonElement>(from);
        foreach (var (name, value) in into) all[name] = value;
        return all;
    }
}
