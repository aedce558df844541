using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>What the API's document says of suppressions.</summary>
internal static class SuppressionsOperations
{
    private const string Tag = "Suppressions";

    public static Operation Get() =>
        Of("getSuppression", "Whether an address may be messaged by a channel", "Empty: nothing was ever said.")
            .Answers(200, "What was said, with its history, oldest first.", ConversationsApiJson.Default.PageSuppressionView,
                $$"""
                {"items":[{"address":"{{Samples.Phone}}","channelKind":"sms","channelId":"{{Samples.Channel}}","stopped":true,
                "onlyCampaigns":false,"reason":"stop","source":"word","createdAt":"2026-11-18T07:00:00Z","history":[{"stopped":true,"source":"word","detail":"TD",
                "messageId":null,"at":"2026-11-18T07:00:00Z","reason":"stop"}]}],"next":null}
                """);

    public static Operation Note() =>
        new Operation(Tag, "noteSuppression", "Keeps an address from being messaged",
                "Somebody has asked for that by telephone, or asked before this workspace was. What is known already is not noted again. The provider is not told.")
            .Takes(
                new Shape("NewSuppression").Text("address", "A number or an e-mail address, as the channel writes to it.").Text("channelId", "The channel's id.")
                    .Text("reason", "Only manual, which it is by default: the other reasons are what contacts and providers say themselves.").Required("address", "channelId"),
                $$"""{"address":"{{Samples.Phone}}","channelId":"{{Samples.Channel}}","reason":"manual"}""")
            .Answers(200, "What is known of the address.", ConversationsApiJson.Default.SuppressionView,
                $$"""
                {"address":"{{Samples.Phone}}","channelKind":"sms","channelId":"{{Samples.Channel}}","stopped":true,"onlyCampaigns":false,"reason":"manual",
                "source":"{{Samples.Agent}}","createdAt":"2026-11-20T08:00:00Z","history":[{"stopped":true,"source":"{{Samples.Agent}}",
                "detail":"noted","messageId":null,"at":"2026-11-20T08:00:00Z","reason":"manual"}]}
                """);

    public static Operation Lift() =>
        Of("liftSuppression", "Lifts what keeps an address from being messaged",
                "Here and at the provider. What somebody noted here, and what the contact said by the link of a campaign, is lifted here only.")
            .Refuses(403, "The contact has complained or unsubscribed: only an admin lifts that.")
            .Refuses(409, "Only the contact can lift this, by sending START; or something else stops the address since.")
            .Refuses(502, "The provider did not lift it.")
            .Answers(204, "Lifted.");

    private static Operation Of(string id, string summary, string description) =>
        new Operation(Tag, id, summary, description)
            .Query("address", "A number or an e-mail address. A plus sign is written %2B.", Samples.Phone, required: true)
            .Query("channelId", "The channel's id.", Samples.Channel, required: true);
}
