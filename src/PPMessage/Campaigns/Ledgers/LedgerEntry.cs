namespace PPMessage.Campaigns.Ledgers;

/// <summary>Row <c>l|…</c>: what was decided about one recipient, and what came of it. What providers and the contact say of it lies in rows that follow (<see cref="LedgerWord"/>).</summary>
internal sealed record LedgerEntry
{
    public required string ContactId { get; init; }

    public required RecipientState State { get; init; }

    /// <summary>Why it is so: a word of <see cref="Reasons"/>, or the provider's code.</summary>
    public string? Reason { get; init; }

    /// <summary>For people, without addresses (<see cref="Blackened"/>); null: the reason says all.</summary>
    public string? Detail { get; init => field = Blackened.Of(value); }

    public required DateTimeOffset At { get; init; }

    /// <summary>When it is decided anew, of a deferred one.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of several contents, which.</summary>
    public string? Variant { get; init; }

    public string? ChannelKind { get; init; }

    public string? ConversationId { get; init; }

    public string? MessageId { get; init; }

    /// <summary>Of the flow that was started.</summary>
    public string? RunId { get; init; }

    /// <summary>The occurrence's generation in which it was decided again after it had failed; 0: it never was.</summary>
    public int RetriedIn { get; init; }
}

internal enum RecipientState
{
    /// <summary>It is decided that it gets a message, which waits for its turn.</summary>
    Queued,

    /// <summary>Not now: it is decided anew later.</summary>
    Deferred,

    /// <summary>The provider has it, or the flow is started.</summary>
    Sent,

    /// <summary>The provider will never take it.</summary>
    Failed,

    /// <summary>Whether the provider has it is being found out.</summary>
    Unknown,

    /// <summary>It gets nothing of this occurrence.</summary>
    Skipped,
}

/// <summary>Why a recipient gets nothing, or not now.</summary>
internal static class Reasons
{
    /// <summary>No address that any of the campaign's channels reaches, or no such channel is active.</summary>
    public const string NoAddress = "no_address";

    /// <summary>Stopped, unsubscribed, bounced or complained, on every channel that is left.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>As many messages of campaigns, or of this one, as are allowed for now.</summary>
    public const string Capped = "capped";

    /// <summary>It got this campaign before, and is to get it once.</summary>
    public const string Once = "once";

    /// <summary>Night, a day that is not allowed or a holiday, where the contact is.</summary>
    public const string QuietHours = "quiet_hours";

    /// <summary>The scheduled time has not come yet where the contact is.</summary>
    public const string LocalTime = "local_time";

    /// <summary>Deferred for too long.</summary>
    public const string TooLate = "too_late";

    /// <summary>It belonged to the segment when the occurrence began, and does not any more.</summary>
    public const string LeftSegment = "left_segment";

    /// <summary>Of a preview alone: it does not belong to the segment now.</summary>
    public const string NotInSegment = "not_in_segment";

    /// <summary>Erased, or part of another contact by now.</summary>
    public const string Gone = "gone";

    public const string Cancelled = "cancelled";

    /// <summary>The text can't be made for this contact.</summary>
    public const string Content = "content";
}

/// <summary>Row <c>l|…|{word}</c>: something that was told of a recipient's message. Inserted, never changed.</summary>
/// <param name="Detail">A code and its meaning, for people, without addresses.</param>
internal sealed record LedgerWord(string Word, DateTimeOffset At, string? Code = null, string? Detail = null)
{
    public string? Detail { get; init; } = Blackened.Of(Detail);
}

/// <summary>What is told of messages, in order of how much it says.</summary>
internal static class LedgerWords
{
    public const string Failed = "failed";
    public const string Delivered = "delivered";
    public const string Opened = "opened";
    public const string Clicked = "clicked";
    public const string Answered = "answered";
    public const string Unsubscribed = "unsubscribed";
    public const string Complained = "complained";
}

/// <summary>Row <c>x|U|n|…</c>: something that happened, to be counted once.</summary>
/// <param name="Counts">How often, by <see cref="Counts.Key"/>.</param>
internal sealed record CountNote(DateTimeOffset At, IReadOnlyDictionary<string, long> Counts);

/// <summary>Row <c>x|U|y|{day}</c>: what happened on a day (UTC), by hour and <see cref="Counts.Key"/>.</summary>
internal sealed record CountedDay(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> Hours);
