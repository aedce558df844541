using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>What the API's document says of suppressions.</summary>
internal static class SuppressionsOperations
{
    public static Operation Get() =>
        Of("getSuppression", "Whether an address may be messaged by a channel", "Empty: nothing was ever said.")
            .Answers(200, "What was said, with its history, oldest first.", ConversationsApiJson.Default.PageSuppressionView,
                $$"""
                {"items":[{"address":"{{Samples.Phone}}","channelKind":"sms","channelId":"{{Samples.Channel}}","stopped":true,
                "reason":"stop","source":"word","createdAt":"2026-11-18T07:00:00Z","history":[{"stopped":true,"source":"word","detail":"TD",
                "messageId":null,"at":"2026-11-18T07:00:00Z","reason":"stop"}]}],"next":null}
                """);

    public static Operation Lift() =>
        Of("liftSuppression", "Lifts what keeps an address from being messaged", "Here and at the provider.")
            .Refuses(403, "The contact has complained or unsubscribed: only an admin lifts that.")
            .Refuses(409, "Only the contact can lift this, by sending START.")
            .Refuses(502, "The provider did not lift it.")
            .Answers(204, "Lifted.");

    private static Operation Of(string id, string summary, string description) =>
        new Operation("Suppressions", id, summary, description)
            .Query("address", "A number or an e-mail address. A plus sign is written %2B.", Samples.Phone, required: true)
            .Query("channelId", "The channel's id.", Samples.Channel, required: true);
}
