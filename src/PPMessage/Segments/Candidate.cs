using PPMessage.Contacts;
using PPMessage.Contacts.Facts;
using PPMessage.Storage;

namespace PPMessage.Segments;

/// <summary>What is to be read of contacts beside their own rows. Each is a range read a page.</summary>
[Flags]
internal enum Family
{
    None = 0,
    Facts = 1,
    Standing = 2,
    Conversations = 4,
    Presence = 8,
}

/// <summary>A contact with all that a filter may ask of it. What was not asked for is empty.</summary>
internal sealed record Candidate
{
    private readonly Row? _row;
    private Contact? _contact;
    private Contact? _reach;

    public Candidate(Contact contact) => (_contact, Glance) = (contact, contact);

    /// <param name="glance">What a filter asks of the row.</param>
    public Candidate(Row row, Contact glance) => (_row, Glance) = (row, glance);

    /// <summary>The whole contact, read from its row when it is asked for.</summary>
    public Contact Contact => _contact ??= _row!.As(ContactsJson.Default.Contact);

    /// <summary>As much of it as says where it is reached, and when.</summary>
    public Contact Reach => _reach ??= _contact ?? ContactGlance.Reach.Of(_row!)!;

    /// <summary>As much of it as the filter looks at, and its id.</summary>
    public Contact Glance { get; }

    public KnownFacts Facts { get; init; } = KnownFacts.None;

    public Standing Standing { get; init; } = Standing.None;

    /// <summary>Of the row in which the standing lies; null: there is none yet, or it was not asked for.</summary>
    public string? StandingETag { get; init; }

    /// <summary>How many conversations it ever had.</summary>
    public int Conversations { get; init; }

    /// <summary>When the last of them began.</summary>
    public DateTimeOffset? LastConversationAt { get; init; }

    /// <summary>Its last heart-beat; null: it was never on the site or in the app.</summary>
    public Presence? Presence { get; init; }

    /// <summary>When it wrote, or was on the site or in the app.</summary>
    public DateTimeOffset? LastSeenAt => Facts.Seen?.At is { } seen && !(Presence?.At > seen) ? seen : Presence?.At;
}

/// <param name="Next">The contact to go on behind; null: the bucket has no more.</param>
internal sealed record CandidatePage(IReadOnlyList<Candidate> Candidates, string? Next);

/// <summary>Those of a page who are in a segment, in order.</summary>
/// <param name="Evaluated">How many were looked at.</param>
/// <param name="Next">The contact to go on behind; null: the bucket has no more.</param>
internal sealed record MatchPage(IReadOnlyList<Match> Matching, int Evaluated, string? Next);

/// <param name="Number">So many of the page were looked at up to this one, itself included.</param>
internal sealed record Match(Candidate Candidate, int Number);
