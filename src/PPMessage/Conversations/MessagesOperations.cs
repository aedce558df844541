using PPMessage.Http;

namespace PPMessage.Conversations;

/// <summary>What the API's document says of messages and their files.</summary>
internal static class MessagesOperations
{
    /// <summary>A message as it was just written.</summary>
    public const string Outbound =
        $$"""
        {"id":"{{Samples.Message}}","conversationId":"{{Samples.Conversation}}","direction":"outbound","kind":"reply",
        "channelId":"{{Samples.Channel}}","channelKind":"sms","author":{"type":"agent","id":"{{Samples.Agent}}","name":"王芳"},
        "subject":null,"text":"您好，您的订单已发货。","html":null,"fullText":null,"attachments":[],"route":{"to":"{{Samples.Phone}}",
        "from":"{{Samples.Number}}","senderName":null,"answerTo":null,"because":"origin","sender":"channel"},
        "providerId":"SM00000000000000000000000000000001","createdAt":"2026-11-20T08:00:00Z","delivery":{"state":"sent","error":null,
        "attempt":1,"segments":1,"notBefore":null,"history":[{"state":"sent","at":"2026-11-20T08:00:00Z","attempt":1,"error":null,
        "event":null}]} }
        """;

    private const string Inbound =
        $$"""
        {"id":"{{Samples.Message}}","conversationId":"{{Samples.Conversation}}","direction":"inbound","kind":"reply",
        "channelId":"{{Samples.Channel}}","channelKind":"email","author":{"type":"contact","id":"{{Samples.Contact}}","name":"李薇"},
        "subject":"订单","text":"你好","html":"<p>你好</p>","fullText":"你好\n> 上一封","attachments":[{"id":"{{Samples.File}}","name":"发票.pdf",
        "contentType":"application/pdf","size":12345,
        "url":"/api/attachments/{{Samples.Conversation}}/{{Samples.Message}}/{{Samples.File}}","error":null}],
        "mail":{"recipients":["support@mg.example.com"],"to":["support@mg.example.com"],"cc":[],"replyTo":null,"spf":"Pass",
        "dkim":"Pass","spam":"No","automatic":false,"automaticBecause":null,"oddities":[],
        "rawUrl":"/api/conversations/{{Samples.Conversation}}/messages/{{Samples.Message}}/raw"},"providerId":"1@example.cn",
        "createdAt":"2026-11-20T08:00:00Z","delivery":null}
        """;

    public static Operation List() =>
        ConversationsOperations.One("listMessages", "Lists the messages of a conversation",
                "Newest first; with after oldest first. Of a long message the list has the beginning: partial.")
            .Query("after", "A message's id: what came later.").Query("before", "A message's id: what came earlier. Not beside after.").Pages()
            .Answers(200, "Messages.", ConversationsApiJson.Default.PageMessageView, $$"""{"items":[{{Inbound}}],"next":null}""");

    public static Operation Send() =>
        ConversationsOperations.One("sendMessage", "Answers the contact, or notes something inside",
                "A reply goes by the channel that the contact's last message came by, unless channelId says another, or the contact is off-line and the off-line rules apply.")
            .Repeatable()
            .Takes(ConversationsApiJson.Default.NewMessage, """{"kind":"reply","text":"您好，您的订单已发货。","html":null,"attachments":[],"channelId":null,"quote":false}""")
            .Refuses(409, "The contact wants no messages by this channel, or the channel can't send.")
            .Answers(201, "The message.", ConversationsApiJson.Default.MessageView, Outbound).With("Location");

    public static Operation Get() => One("getMessage", "Reads a message").Answers(200, "The message, whole.", ConversationsApiJson.Default.MessageView, Inbound);

    public static Operation Retry() =>
        One("retryMessage", "Sends a message again that has failed, or of which nothing is known").Repeatable()
            .Refuses(409, "Only what has failed or is unknown can be sent again; or the contact wants no messages.")
            .Answers(200, "The message, with its new attempt.", ConversationsApiJson.Default.MessageView, Outbound);

    public static Operation Raw() =>
        One("getMessageMail", "Reads a mail as it came").Refuses(404, "There is no such message, or it is no mail.").AnswersFile(200, "The mail, as a download.", Media.Mail);

    public static Operation File() =>
        ConversationsOperations.One("getAttachment", "Reads a file").Path("messageId", "The message's id.", Samples.Message).Path("attachmentId", "The attachment's id.", Samples.File)
            .Refuses(404, "There is no such file, or it is not here yet.").AnswersFile(200, "The file, as a download, of the media type that the attachment names.", "*/*");

    private static Operation One(string id, string summary) => ConversationsOperations.One(id, summary).Path("messageId", "The message's id.", Samples.Message);
}
