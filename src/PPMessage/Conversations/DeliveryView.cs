using PPMessage.Channels;
using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>
/// What is to be shown of a delivery: our own row and the provider's words merged. Pure, and independent of the order in which the words came:
/// within the current attempt the highest rank wins, and of equal rank the one that was there first; but what the provider says became of it counts more than
/// a failure that is our own conclusion.
/// </summary>
internal static class DeliveryView
{
    // Above every state: what was delivered came back.
    private const int Revoking = 10;

    // The provider has it and tries again by itself: more than being on its way, less than any end.
    private const int PutOffByProvider = 3;

    public static Delivery? Of(StoredMessage stored)
    {
        if (stored.Message.Delivery is not { } own) return null;
        var word = Latest(stored, own.Attempt);
        var history = own.History.Concat(stored.Events.Select(StepOf)).OrderBy(step => step.At).ToList();
        return Outranks(word, own, stored.Message.ProviderId) ? own with { State = word!.State, Error = word.Error, History = history } : own with { History = history };
    }

    /// <summary>The provider's id, known from its answer or from a callback that overtook it.</summary>
    public static string? ProviderIdOf(StoredMessage stored) => stored.Message.ProviderId ?? Latest(stored, stored.Message.Delivery?.Attempt ?? 0)?.ProviderId;

    /// <summary>The word of the highest rank about an attempt; among equals the first (of delays the last), but one with an error before one without.</summary>
    public static DeliveryEvent? Latest(StoredMessage stored, int attempt) =>
        stored.Events
            .Where(e => e.Attempt == attempt)
            .OrderByDescending(RankOf)
            .ThenBy(e => e.State == DeliveryStates.Deferred ? -e.At.UtcTicks : e.At.UtcTicks)
            .ThenBy(e => e.Error is null)
            .ThenBy(e => e.ProviderState, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>The part of a delivery that clients see.</summary>
    internal sealed record Shown(
        [property: Schema("""{"type":"string","enum":["queued","sending","sent","delivered","read","deferred","failed","suppressed","unknown"]}""")] string State,
        DeliveryError? Error, int Attempt, int? Segments, DateTimeOffset? NotBefore, IReadOnlyList<DeliveryStep> History)
    {
        public static Shown Of(Delivery d) => new(d.State, d.Error, d.Attempt, d.Segments, d.State == DeliveryStates.Deferred ? d.NotBefore : null, d.History);
    }

    private static DeliveryStep StepOf(DeliveryEvent e) => new(e.State, e.At, e.Attempt, e.Error, e.ProviderState);

    private static int RankOf(DeliveryEvent word) => word switch
    {
        { Revokes: true } => Revoking,
        { State: DeliveryStates.Deferred } => PutOffByProvider,
        _ => DeliveryStates.Rank(word.State),
    };

    // "unknown" means that nobody told us: any word of the provider about the attempt says more. So it does of one that we gave up or put off.
    private static bool Outranks(DeliveryEvent? word, Delivery own, string? providerId) =>
        word is not null && (own.State == DeliveryStates.Unknown || RankOf(word) > DeliveryStates.Rank(own.State) || (IsConclusion(own, providerId) && IsEndOtherwise(word)));

    // Without the provider's id it is ours alone: we took an answer for a refusal, or gave up. Found at the provider, or said by it, it comes with the id.
    private static bool IsConclusion(Delivery own, string? providerId) => own.State == DeliveryStates.Failed && providerId is null;

    private static bool IsEndOtherwise(DeliveryEvent word) => DeliveryStates.IsFinal(word.State) && word.State != DeliveryStates.Failed;
}
