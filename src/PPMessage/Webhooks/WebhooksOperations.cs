using PPMessage.Conversations;
using PPMessage.Http;

namespace PPMessage.Webhooks;

/// <summary>What the API's document says of webhooks.</summary>
internal static class WebhooksOperations
{
    private const string Tag = "Webhooks";

    private const string Fields =
        $$"""
        "id":"{{Samples.Webhook}}","name":"订单系统","url":"https://example.cn/ppmessage","events":["message","delivery"],"enabled":true,"disabledReason":null,
        "failingSince":null,"nextAttemptAt":null,"deliveredUntil":"2026-11-20T08:00:00Z","missed":null,"oldSecretUntil":null,
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-02T03:14:15Z"
        """;

    private const string WithSecret = $$"""{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",{{Fields}}}""";

    public static Operation List() =>
        new Operation(Tag, "listWebhooks", "Lists webhooks", "In the order in which they were made; at most 20.").Pages()
            .Answers(200, "Webhooks.", WebhookJson.Default.PageWebhookView, $$"""{"items":[{{{Fields}}}],"next":null}""");

    public static Operation Get() => Shown(One("getWebhook", "Reads a webhook"));

    public static Operation Create() =>
        new Operation(Tag, "createWebhook", "Makes a webhook", """
            From now on the changes that GET /api/events tells are posted to the URL, at least once and in order, up to 100 at a time:
            {"type":"changes","timestamp":"…","data":{"changes":[{"changeId":"ev_…","type":"message","conversationId":"cv_…","id":"msg_…","at":"…"}]}}.
            A change says what to read again; changeId and the header webhook-id are the same in every repetition. Requests are signed as Standard Webhooks says
            (webhook-id, webhook-timestamp, webhook-signature) with the secret, which is shown this once: it is null in a repetition under the same Idempotency-Key.
            Any 2xx within ten seconds takes a request; otherwise it comes again for a day, then, or at once after a 410, the webhook is switched off.
            """).Repeatable()
            .Takes(Shape("NewWebhook").Required("name", "url"), """{"name":"订单系统","url":"https://example.cn/ppmessage","events":["message","delivery"],"enabled":false}""")
            .Refuses(422, "There are 20 webhooks, or the Idempotency-Key was used with another body.")
            .Refuses(503)
            .Answers(201, "The webhook, with its secret.", WebhookJson.Default.WebhookWithSecret, WithSecret).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeWebhook", "Changes a webhook", """
            What is left out stays. Another URL, and switching it on again, make it try at once. It goes on where it stood, as far as the feed still has that: two days;
            missed tells between which times changes are gone.
            """).IfMatch()
            .Takes(Shape("WebhookChange"), """{"name":"订单系统（新）","events":[],"enabled":false}""").Refuses(409));

    public static Operation Delete() => One("deleteWebhook", "Deletes a webhook").IfMatch().Refuses(409).Answers(204, "It is gone.");

    public static Operation Rotate() =>
        One("rotateWebhookSecret", "Draws a new secret for a webhook", "The old one signs beside it for 24 hours: webhook-signature has two signatures then, with a blank between them.").Repeatable()
            .Refuses(503)
            .Answers(200, "The webhook, with its secret.", WebhookJson.Default.WebhookWithSecret, WithSecret).With("ETag");

    public static Operation Test() =>
        One("testWebhook", "Sends a ping now", """It carries {"type":"ping","timestamp":"…","data":{"webhookId":"wh_…"}}; also where the webhook is switched off.""")
            .Answers(200, "What came of it.", WebhookJson.Default.PingAnswer, """{"ok":true,"status":204,"durationMs":35,"body":"","message":"It answered 204 within 35 ms: it works."}""");

    public static Operation Deliveries() =>
        One("listWebhookDeliveries", "Lists the last 100 attempts", "Newest first. The id is the request's webhook-id; attempts that count up under one id carry the same bytes.").Pages()
            .Answers(200, "Attempts.", WebhookJson.Default.PageAttempt, """
                {"items":[{"id":"wd_01kap1v8w0x2y4z6a8b0c2d4e6","attempt":1,"at":"2026-11-20T08:00:00Z","changes":2,"status":503,"error":"It answered 503.","durationMs":120,
                "nextAttemptAt":"2026-11-20T08:00:05Z"}],"next":null}
                """);

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The webhook's id.", Samples.Webhook);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The webhook.", WebhookJson.Default.WebhookView, $"{{{Fields}}}").With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("name", "At most 100 characters.")
        .Text("url", "https, on the public Internet, without user name and password; a redirect is not followed. At most 2000 characters.")
        .Texts("events", $"Some of {string.Join(", ", Words<ChangeType>.All)}; none, or left out when it is made: all.")
        .Flag("enabled", "Whether anything is sent; true when it is made without it.");
}
