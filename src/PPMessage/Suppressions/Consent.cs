using System.Text.Json.Serialization;

namespace PPMessage.Suppressions;

/// <summary>Whether one address may be messaged by one sender. Kept in the thread's head; the last changes stay as evidence.</summary>
internal sealed record Consent(bool Stopped, IReadOnlyList<ConsentChange> History)
{
    private const int KeptChanges = 10;

    public static readonly Consent Unspoken = new(false, []);

    /// <summary>The change that stopped it, or null.</summary>
    public ConsentChange? StoppedBy => Stopped ? History.LastOrDefault(change => change.Stopped) : null;

    /// <summary>The last change that stops all that we send, answers included; null: nothing does.</summary>
    public ConsentChange? AllStoppedBy => Stopped ? Stops.LastOrDefault(stop => !stop.IsByLink) : null;

    /// <summary>Nothing but a campaign's link has stopped it: no campaign sends there, and whoever writes is still answered.</summary>
    public bool StopsOnlyCampaigns => Stopped && AllStoppedBy is null;

    /// <summary>Every change that stops it since it was last lifted, oldest first: who bounced may have complained as well.</summary>
    public IEnumerable<ConsentChange> Stops => History.Reverse().TakeWhile(change => change.Stopped).Reverse();

    /// <summary>
    /// Whether a change says nothing new: also one that was lifted since it was made. Words are carried in late and in any order (a queue, a look at what was
    /// missed): by their times the last one counts, and a stop that is said again is news, for a start may have been said in between. A link is pressed at that very moment.
    /// </summary>
    public bool Knows(ConsentChange change) => change switch
    {
        { Stopped: true } => Stops.Any(stop => IsSame(stop, change) && !IsLaterWord(change, stop)) || (!change.IsByLink && change.At < LiftedAt),
        { Reason: SuppressionReasons.Manual } or { IsByLink: true } => !Stopped,
        _ => !Stopped || Stops.Any(stop => stop.At > change.At),
    };

    /// <summary>That it is stopped, why and when; nothing that was said, nor by whom. Null: it is not stopped.</summary>
    public Consent? Bare() => Stopped ? new(true, [.. Stops.Select(stop => new ConsentChange(true, stop.Source, string.Empty, null, stop.At, stop.Reason))]) : null;

    private DateTimeOffset? LiftedAt => History.LastOrDefault(change => !change.Stopped)?.At;

    // Of what is said again and again the first time stays, and the last.
    public Consent After(ConsentChange change) => new(change.Stopped, [.. History.Where(before => !IsRepetition(before, change)).TakeLast(KeptChanges - 1), change]);

    private bool IsRepetition(ConsentChange before, ConsentChange change) =>
        IsLaterWord(change, before) && Stops.Contains(before) && before != Stops.First(stop => stop.Reason == change.Reason);

    // A link stops less than a provider who heard the same wish.
    private static bool IsSame(ConsentChange stop, ConsentChange change) => stop.Reason == change.Reason && stop.IsByLink == change.IsByLink;

    private static bool IsLaterWord(ConsentChange change, ConsentChange stop) =>
        change is { Stopped: true, Source: ConsentChange.Word } && stop.Reason == change.Reason && change.At > stop.At;
}

/// <param name="Source">
/// <c>word</c> (the contact wrote it), <c>link</c> (the contact unsubscribed by a campaign's link), <c>provider</c> (the provider told so, e.g. with 21610), or the caller who changed it by the API.
/// </param>
/// <param name="Detail">The word, the provider's code, or how the link was used: <c>one-click</c>, <c>page</c>.</param>
/// <param name="Reason">One of <see cref="SuppressionReasons"/>.</param>
internal sealed record ConsentChange(bool Stopped, string Source, string Detail, string? MessageId, DateTimeOffset At, string Reason = SuppressionReasons.Stop)
{
    public const string Word = "word";
    public const string Link = "link";

    [JsonIgnore]
    public bool IsByLink => Source == Link;
}

/// <summary>Why an address is not to be messaged.</summary>
internal static class SuppressionReasons
{
    /// <summary>The contact said so, to us or to the provider.</summary>
    public const string Stop = "stop";

    public const string Unsubscribe = "unsubscribe";

    /// <summary>The address does not exist, says its own host.</summary>
    public const string Bounce = "bounce";

    /// <summary>The contact called our message spam.</summary>
    public const string Complaint = "complaint";

    /// <summary>An agent, an admin or a program.</summary>
    public const string Manual = "manual";
}
