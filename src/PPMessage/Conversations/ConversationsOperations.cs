using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>What the API's document says of conversations and of what changes in them.</summary>
internal static class ConversationsOperations
{
    private const string Tag = "Conversations";

    private const string Fields =
        $$"""
        "id":"{{Samples.Conversation}}","channelId":"{{Samples.Channel}}","channelKind":"sms","address":"{{Samples.Phone}}",
        "contactId":"{{Samples.Contact}}","contactName":"李薇","subject":null,"status":"open","assignee":"{{Samples.Agent}}",
        "team":"{{Samples.Team}}","tags":["退货"],"createdAt":"2026-11-20T07:00:00Z","lastActivityAt":"2026-11-20T08:00:00Z","lastWords":"你好，我想退货",
        "messageCount":3
        """;

    private const string Example =
        $$"""
        {{{Fields}}, "consent":{"stopped":false,"onlyCampaigns":false,"history":[{"stopped":true,"source":"word","detail":"TD","messageId":null,
        "at":"2026-11-18T07:00:00Z","reason":"stop"}]} }
        """;

    public static Operation List() =>
        new Operation(Tag, "listConversations", "Lists conversations", "Last activity first.")
            .Query("status", "all by default.", "all", """{"type":"string","enum":["open","pending","resolved","all"]}""")
            .Query("assignee", "An agent's id, none, or me: the agent whose token this is.", "none")
            .Query("team", "A team's id.")
            .Query("contact", "A contact's id.")
            .Query("channel", "A channel's id.")
            .Query("q", "Looks in name, address and last words of the listed conversations.", "你好")
            .Pages()
            .Answers(200, "Conversations.", ConversationsApiJson.Default.PageConversationView, $$"""{"items":[{{{Fields}}}],"next":null}""");

    public static Operation Start() =>
        new Operation(Tag, "startConversation", "Writes to a contact first",
                "One conversation is open for each channel and number; e-mail may have several.").Repeatable()
            .Takes(ConversationsApiJson.Default.NewConversation, $$"""
                {"contactId":"{{Samples.Contact}}","kind":"sms","channelId":null,"subject":null,"text":"您好，您的订单已发货。"}
                """, "contactId")
            .Refuses(409, "The contact wants no messages by this channel, or none is active.")
            .Refuses(422, "The contact has no address for the channel, or the Idempotency-Key was used with another body.")
            .Answers(201, "The first message.", ConversationsApiJson.Default.MessageView, MessagesOperations.Outbound).With("Location");

    public static Operation Get() => One("getConversation", "Reads a conversation").Answers(200, "The conversation.", ConversationsApiJson.Default.ConversationView, Example).With("ETag");

    public static Operation Change() =>
        One("changeConversation", "Assigns, resolves, reopens or tags a conversation",
                "What is left out stays. An open one that is left to nobody goes to whom the rule of its team picks, or without a team the rule of the settings.").IfMatch()
            .Takes(Change("ConversationChange"), $$"""{"status":"open","assignee":"{{Samples.Agent}}","team":"{{Samples.Team}}","tags":["退货"]}""")
            .Refuses(409, "Another conversation with this address is open.")
            .Answers(200, "The conversation as it is now.", ConversationsApiJson.Default.ConversationView, Example).With("ETag");

    public static Operation Take() =>
        One("takeConversation", "Makes a conversation one's own", "Whoever has it. Asked again, it does the same. Only with an agent's own token.")
            .Refuses(409, "It is resolved: reopen it first.").Refuses(422, "The admin key stands for no agent.")
            .Answers(200, "The conversation as it is now.", ConversationsApiJson.Default.ConversationView, $"{{{Fields}}}").With("ETag");

    public static Operation Events() =>
        new Operation(Tag, "getEvents", "What changed since a cursor",
                "Long polling: the answer comes at once when something has changed, else after wait seconds. Each change comes at least once and says what to read again; where there are more than 80 a second, up to ten seconds later.")
            .Query("after", "next of the last answer. Without it: nothing but the cursor of this moment.")
            .Query("wait", "Seconds.", "0", $$"""{"type":"integer","minimum":0,"maximum":{{EventsApi.LongestWaitSeconds}},"default":0}""")
            .Answers(200, "Changes, oldest first.", ConversationsApiJson.Default.ChangesView,
                $$"""
                {"items":[{"type":"message","conversationId":"{{Samples.Conversation}}","id":"{{Samples.Message}}",
                "at":"2026-11-20T08:00:00Z"}],"next":"MTc5NTE2MTYwMDAwMC4"}
                """);

    public static Operation One(string id, string summary, string? description = null) =>
        new Operation(Tag, id, summary, description).Path("id", "The conversation's id.", Samples.Conversation);

    private static Shape Change(string name) => new Shape(name)
        .Word<ConversationStatus>("status", "A message from the contact opens it again.")
        .OptionalText("assignee", "An agent's id.")
        .OptionalText("team", "A team's id; null: none.")
        .Texts("tags", "At most 50.");
}
