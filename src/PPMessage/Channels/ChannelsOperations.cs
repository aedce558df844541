using PPMessage.Http;

namespace PPMessage.Channels;

/// <summary>What the API's document says of channels.</summary>
internal static class ChannelsOperations
{
    private const string Tag = "Channels";

    private const string Example =
        $$"""
        {"id":"{{Samples.Channel}}","kind":"sms","provider":"twilio","name":"客服短信",
        "settings":{"accountSid":"AC00000000000000000000000000000001","phoneNumber":"{{Samples.Number}}"},
        "secrets":{"authToken":{"set":true,"hint":"…3f9c"} },"inbound":{"enabled":true,
        "url":"https://hub.example.com/hooks/{{Samples.HookKey}}/sms",
        "statusUrl":"https://hub.example.com/hooks/{{Samples.HookKey}}/sms/status"},"active":true,"archived":false,
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-02T03:14:15Z"}
        """;

    public static Operation List() =>
        new Operation(Tag, "listChannels", "Lists channels").Pages().Answers(200, "Channels.", ChannelJson.Default.PageChannelView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Create() =>
        new Operation(Tag, "createChannel", "Makes a channel",
                "Which settings and secrets a channel needs, its kind and provider decide: a 400 names what is missing. Secrets never come back.").Repeatable()
            .Takes(new Shape("NewChannel").Text("kind", "sms or email.").Text("provider", "twilio (sms) or mailgun (email).").Editable().Required("kind", "provider",
                    "name"),
                $$"""
                {"kind":"sms","provider":"twilio","name":"客服短信","settings":{"accountSid":"AC00000000000000000000000000000001",
                "phoneNumber":"{{Samples.Number}}"},"secrets":{"authToken":"0123456789abcdef0123456789abcdef"},"inbound":{"enabled":true} }
                """)
            .Refuses(409, "Another channel is this sender already.")
            .Answers(201, "The channel, with the URLs that the provider has to call.", ChannelJson.Default.ChannelView, Example).With("Location", "ETag");

    public static Operation Get() => Shown(One("getChannel", "Reads a channel"));

    public static Operation Change() =>
        Shown(One("changeChannel", "Changes a channel",
                "What is left out stays; settings and secrets are merged, null removes one. While conversations use it its sender can't become another one.").IfMatch()
            .Takes(new Shape("ChannelChange").Editable(), """{"name":"客服短信（夜间）","inbound":{"enabled":true}}""")
            .Refuses(409, "Another channel is this sender, conversations use it, or it is archived."));

    public static Operation Delete() =>
        Shown(One("deleteChannel", "Deletes or archives a channel",
                "Archived, it stays for what it has sent, and does nothing more than take reports about that.").IfMatch()
            .Query("archive", "true: keep it as an archive.", null, """{"type":"string","enum":["true","false"]}""")
            .Refuses(409, "Conversations use it: archive it instead.").Answers(204, "It is gone."), "The channel, archived.");

    public static Operation Activate() =>
        Shown(One("activateChannel", "Makes a channel the active one of its kind",
                "The former one still takes late reports and stays the origin of its conversations.").Refuses(409, "It is archived."));

    public static Operation Deactivate() => Shown(One("deactivateChannel", "Leaves its kind without an active channel, if it was this one"));

    public static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The channel's id.", Samples.Channel);

    private static Operation Shown(Operation operation, string says = "The channel.") => operation.Answers(200, says, ChannelJson.Default.ChannelView, Example).With("ETag");

    private static Shape Editable(this Shape shape) => shape
        .Text("name", "At most 200 characters.")
        .Map("settings", "Twilio: accountSid, phoneNumber, messagingServiceSid, apiKeySid, region, edge. Mailgun: domain, region, address, displayName.")
        .Map("secrets", "Twilio: authToken, secondaryAuthToken, apiKeySecret. Mailgun: apiKey, webhookSigningKey.")
        .Object("inbound", "Whether messages are taken in.", new Shape("Inbound").Flag("enabled", "True by default."));
}
