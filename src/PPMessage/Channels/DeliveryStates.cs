namespace PPMessage.Channels;

/// <summary>What became of an outbound message. States only move forward within an attempt, by rank.</summary>
internal static class DeliveryStates
{
    /// <summary>Durable with us, not yet given to the provider.</summary>
    public const string Queued = "queued";

    /// <summary>The provider said "later"; a time to try again is set.</summary>
    public const string Deferred = "deferred";

    /// <summary>Claimed for a provider call, or taken by the provider and not yet on its way.</summary>
    public const string Sending = "sending";

    /// <summary>It may or may not have been sent; being reconciled, or waiting for a person.</summary>
    public const string Unknown = "unknown";

    /// <summary>Handed to the carrier. Sent is not delivered, and may be the last that is ever heard.</summary>
    public const string Sent = "sent";

    public const string Failed = "failed";

    /// <summary>We did not send it: the contact has stopped this sender.</summary>
    public const string Suppressed = "suppressed";

    public const string Delivered = "delivered";

    public const string Read = "read";

    /// <summary>Higher wins within an attempt; of equal rank the first stays (a "failed" after "delivered" changes nothing).</summary>
    public static int Rank(string state) => state switch
    {
        Queued or Deferred => 0,
        Unknown => 1,
        Sending => 2,
        Sent => 3,
        Failed or Suppressed or Delivered => 4,
        Read => 5,
        _ => 0,
    };

    public static bool IsFinal(string state) => Rank(state) >= 4;
}
