using PPMessage.Contacts.Facts;
using PPMessage.Filters;

namespace PPMessage.Segments;

/// <summary>What segments may ask: what contacts say of themselves, and what is known of them. A closed set. Pure.</summary>
internal static class SegmentFields
{
    private const string Consent = "consent.";
    private const string Stopped = "stopped";
    private const string Open = "open";

    private static readonly Dictionary<string, Known> More = new Known[]
    {
        new(new("contact.lastSeenAt", FieldType.Time), Family.Facts | Family.Presence, (one, _) => FieldValue.Of(one.LastSeenAt)),
        new(new(ContactFields.Online, FieldType.Boolean), Family.Presence, (one, now) => one.Presence is { } presence ? FieldValue.Of(presence.IsOnline(now)) : FieldValue.None),
        new(new("conversations.count", FieldType.Number), Family.Conversations, (one, _) => FieldValue.Of((decimal)one.Conversations)),
        new(new("conversations.lastStartedAt", FieldType.Time), Family.Conversations, (one, _) => FieldValue.Of(one.LastConversationAt)),
        new(new("campaigns.got", FieldType.List), Family.Standing, (one, _) => FieldValue.Of([.. one.Standing.Receipts.Select(receipt => receipt.CampaignId)])),
        new(new("campaigns.count", FieldType.Number), Family.Standing, (one, _) => FieldValue.Of((decimal)one.Standing.Receipts.Sum(receipt => receipt.Times))),
        new(new("campaigns.lastAt", FieldType.Time), Family.Standing, (one, _) => FieldValue.Of(one.Standing.Receipts.Count == 0 ? null : one.Standing.Receipts.Max(receipt => receipt.At))),
        Of("campaigns.answered", CampaignReaction.Answered),
        Of("campaigns.clicked", CampaignReaction.Clicked),
        Of("campaigns.opened", CampaignReaction.Opened),
    }.ToDictionary(known => known.Field.Name);

    /// <param name="kinds">Of channels.</param>
    public static IEnumerable<Field> All(IEnumerable<string> kinds) => ContactFields.All.Concat(More.Values.Select(known => known.Field)).Concat(kinds.Select(ConsentField));

    /// <param name="attribute">See <see cref="ContactFields.Find"/>.</param>
    /// <param name="isKind">Whether there are channels of a kind.</param>
    public static Field? Find(string name, Func<string, Field?> attribute, Func<string, bool> isKind) =>
        More.TryGetValue(name, out var known) ? known.Field
        : name.StartsWith(Consent, StringComparison.Ordinal) ? isKind(name[Consent.Length..]) ? ConsentField(name[Consent.Length..]) : null
        : ContactFields.Find(name, attribute);

    /// <summary>What is to be read to know these.</summary>
    public static Family FamiliesOf(IEnumerable<string> fields) => fields.Aggregate(Family.None, (all, name) => all | FamilyOf(name));

    public static FieldValue Value(string name, Candidate candidate, DateTimeOffset now) =>
        More.TryGetValue(name, out var known) ? known.Value(candidate, now)
        : name.StartsWith(Consent, StringComparison.Ordinal) ? FieldValue.Of(candidate.Facts.Consent(name[Consent.Length..]) is { Stopped: true } ? Stopped : Open)
        : ContactFields.Value(name, candidate.Glance);

    private static Family FamilyOf(string name) =>
        More.TryGetValue(name, out var known) ? known.Family : name.StartsWith(Consent, StringComparison.Ordinal) ? Family.Facts : Family.None;

    // Where nothing was said, nothing is stopped.
    private static Field ConsentField(string kind) => new(Consent + kind, FieldType.Choice, [Open, Stopped]);

    private static Known Of(string name, CampaignReaction reaction) =>
        new(new(name, FieldType.List), Family.Facts, (one, _) => FieldValue.Of(one.Facts.Campaigns(reaction)));

    private sealed record Known(Field Field, Family Family, Func<Candidate, DateTimeOffset, FieldValue> Value);
}
