using PPMessage.Channels;

namespace PPMessage.Conversations.Sending;

/// <summary>What an outcome makes of a message. Pure.</summary>
/// <param name="Again">When the work is to look at it again; null: never by itself.</param>
internal sealed record SendRecord(Message Message, TimeSpan? Again)
{
    /// <summary>How long a message that the provider never takes is offered to it.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(24);

    /// <summary>First question after an unknown outcome: callbacks and the provider's list need a moment.</summary>
    public static readonly TimeSpan FirstQuestion = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(15);

    public static Message Claimed(Message message, DateTimeOffset now, TimeSpan claim)
    {
        var next = message.Delivery! with { Attempt = message.Delivery.Attempt + 1, AttemptedAt = now, ClaimedUntil = now + claim, NotBefore = null };
        return message with { Delivery = next.To(DeliveryStates.Sending, now) };
    }

    public static SendRecord Of(Message message, SendOutcome outcome, DateTimeOffset now) => outcome switch
    {
        SendOutcome.Accepted accepted => new(With(message, accepted.State, now, null, "accepted") with { ProviderId = accepted.ProviderId }, null),
        SendOutcome.Refused refused => new(With(message, DeliveryStates.Failed, now, new DeliveryError(refused.Code, refused.Text)), null),
        SendOutcome.TryLater later => Later(message, later, now),
        SendOutcome.Unknown unknown => new(With(message, DeliveryStates.Unknown, now, new DeliveryError(unknown.Code, unknown.Text)), FirstQuestion),
        _ => throw new InvalidOperationException($"Unheard-of outcome {outcome}."),
    };

    public static SendRecord Found(Message message, string providerId, string state, DeliveryError? error, DateTimeOffset now) =>
        new(With(message, state, now, error) with { ProviderId = providerId }, null);

    /// <summary>The provider provably has nothing of an attempt whose outcome was unknown.</summary>
    public static SendRecord NotSent(Message message, DateTimeOffset now) =>
        new(With(message, DeliveryStates.Failed, now, new DeliveryError("not-sent", "It never left: the provider does not know it.")), null);

    public static Message Suppressed(Message message, DeliveryError why, DateTimeOffset now) => With(message, DeliveryStates.Suppressed, now, why);

    private static SendRecord Later(Message message, SendOutcome.TryLater later, DateTimeOffset now)
    {
        var error = new DeliveryError(later.Code, later.Text);
        // A campaign's stands still until somebody resumes it, however late.
        if (message.Campaign is null && now - (message.Delivery!.AskedAgainAt ?? message.CreatedAt) > GivenUpAfter) return new(With(message, DeliveryStates.Failed, now, error), null);
        var backOff = TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, message.Delivery!.Attempt)));
        var after = later.After > backOff ? later.After : backOff;
        var deferred = With(message, DeliveryStates.Deferred, now, error);
        return new(deferred with { Delivery = deferred.Delivery! with { NotBefore = now + after } }, after);
    }

    private static Message With(Message message, string state, DateTimeOffset now, DeliveryError? error, string? word = null) =>
        message with { Delivery = message.Delivery!.To(state, now, error, word) with { ClaimedUntil = null } };
}
