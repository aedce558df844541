namespace PPMessage.Contacts.Facts;

/// <summary>
/// Rows <c>f|{contact}|…</c>, beside the contact's own: what is known of it that nobody edits, so that whole pages of contacts can be asked for it. Copies: what may be
/// sent and what was said is told by threads alone.
/// </summary>
internal record Fact(DateTimeOffset At);

/// <summary><c>f|{contact}|seen</c>: when the contact wrote last, to within an hour.</summary>
internal sealed record SeenFact(DateTimeOffset At, string ChannelKind) : Fact(At);

/// <summary><c>f|{contact}|c|{channel kind}</c>: what was said last of whether the contact may be messaged there, be it of any of its addresses.</summary>
/// <param name="At">Since when.</param>
internal sealed record ConsentFact(DateTimeOffset At, bool Stopped) : Fact(At);

/// <summary>What a contact did with what a campaign sent.</summary>
internal enum CampaignReaction
{
    Answered,
    Clicked,
    Opened,
}

/// <summary>Which kinds of channels there are (<c>sms</c>, <c>email</c>); registered by whoever keeps channels.</summary>
internal delegate IEnumerable<string> KnownChannelKinds();
