using PPMessage.Channels;

namespace PPMessage.Twilio;

/// <summary>Twilio's message states in our words. Source: twilio.com/docs/messaging/api/message-resource, "Message status values".</summary>
internal static class TwilioWords
{
    private static readonly Dictionary<string, string> States = new(StringComparer.OrdinalIgnoreCase)
    {
        // Twilio has it and it is not on its way yet: a Messaging Service is choosing a number, a time is awaited, the number's queue is long.
        ["accepted"] = DeliveryStates.Sending,
        ["scheduled"] = DeliveryStates.Sending,
        ["queued"] = DeliveryStates.Sending,
        ["sending"] = DeliveryStates.Sending,
        ["sent"] = DeliveryStates.Sent,
        ["delivered"] = DeliveryStates.Delivered,
        // Named by the API description only; not everybody is known to have it, so it promises no more than "sent".
        ["partially_delivered"] = DeliveryStates.Sent,
        // RCS and WhatsApp only.
        ["read"] = DeliveryStates.Read,
        ["undelivered"] = DeliveryStates.Failed,
        ["failed"] = DeliveryStates.Failed,
        ["canceled"] = DeliveryStates.Failed,
    };

    /// <summary>Null for a word that says nothing of an outbound message (<c>received</c>, or one that Twilio invents tomorrow): what we know stays.</summary>
    public static string? State(string word) => States.GetValueOrDefault(word);
}
