using PPMessage.Channels;

namespace PPMessage.Conversations.Sending;

/// <summary>What is to be done next about an outbound message.</summary>
internal abstract record SendStep
{
    private SendStep() { }

    /// <summary>Nothing: the provider has it, or it is settled, or a person has to decide.</summary>
    internal sealed record Done : SendStep;

    /// <summary>Look again then.</summary>
    internal sealed record Wait(DateTimeOffset Until) : SendStep;

    /// <summary>Claim it and call the provider.</summary>
    internal sealed record Attempt : SendStep;

    /// <summary>A callback has told what our own record does not say: the provider has it.</summary>
    internal sealed record Settle(DeliveryEvent Word) : SendStep;

    /// <summary>Ask the provider.</summary>
    internal sealed record Reconcile : SendStep;

    public static SendStep Next(StoredMessage stored, DateTimeOffset now)
    {
        if (stored.Message.Delivery is not { } delivery || stored.Message.ProviderId is not null || DeliveryStates.IsFinal(delivery.State)) return new Done();
        if (DeliveryView.Latest(stored, delivery.Attempt) is { } word) return new Settle(word);
        return delivery.State switch
        {
            DeliveryStates.Sending when delivery.ClaimedUntil > now => new Wait(delivery.ClaimedUntil.Value),
            // Whoever claimed it died between call and record.
            DeliveryStates.Sending or DeliveryStates.Unknown => new Reconcile(),
            _ when delivery.NotBefore > now => new Wait(delivery.NotBefore.Value),
            _ => new Attempt(),
        };
    }
}
