using PPMessage.Http;

namespace PPMessage.Mailgun;

/// <summary>What the API's document says of Mailgun's callbacks.</summary>
internal static class MailgunOperations
{
    private const string Fields = """{"type":"object","additionalProperties":true}""";
    private const string Signed = """
        "timestamp":"1795161600","token":"0123456789abcdef0123456789abcdef0123456789abcdef01",
        "signature":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        """;
    private const string Mail = $$"""
        {"recipient":"support@mg.example.com","sender":"{{Samples.Email}}","from":"李薇 <{{Samples.Email}}>","subject":"订单",
        "body-plain":"你好",{{Signed}}}
        """;

    public static Operation Parsed() => Form("takeMailgunMail", "Takes a mail in, parsed by Mailgun", Mail);

    public static Operation Mime() =>
        Form("takeMailgunMime", "Takes a mail in, as it came", Mail.Replace("\"body-plain\":\"你好\"", "\"body-mime\":\"From: …\"", StringComparison.Ordinal));

    public static Operation Event() =>
        Of("takeMailgunEvent", "Takes a delivery event in")
            .Takes(Media.Json, Fields, $$"""
                {"signature":{{{Signed}}},"event-data":{"id":"Base64","event":"delivered","timestamp":1795161600.5,
                "recipient":"{{Samples.Email}}","message":{"headers":{"message-id":"1@mg.example.com"} } } }
                """);

    private static Operation Form(string id, string summary, string example) =>
        Of(id, summary).Takes(Media.Multipart, Fields, example).Takes(Media.Form, Fields, example).Refuses(422, "What came belongs to another of the channel's URLs.");

    private static Operation Of(string id, string summary) =>
        new Operation("Callbacks", id, summary, "Mailgun calls it, and proves itself by the signature in the body. 406 tells it never to come again.")
            .Path("key", "Names the channel; unguessable.", Samples.HookKey)
            .Refuses(400).Refuses(404, "No channel has this key.").Refuses(406, "Never to be taken: a wrong or old signature, or the channel takes no mail.").Refuses(415)
            .Refuses(422, "What came belongs to another of the channel's URLs.").Refuses(503, "Not taken for now: Mailgun tries again.")
            .Answers(200, "Taken, or taken before.");
}
