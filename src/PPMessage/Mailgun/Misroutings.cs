namespace PPMessage.Mailgun;

/// <summary>How routes and webhooks can be mixed up at Mailgun, for people.</summary>
internal static class Misroutings
{
    public const string EventsOnMailUrl = "An event webhook calls the URL for mails: enter the channel's eventsUrl there.";
    public const string MailOnEventsUrl = "A route forwards mails to the URL for events: enter the channel's mimeUrl (or url) there.";
    public const string FormEvent = "An old webhook sends events as forms: set it up anew as an event webhook (JSON) that calls the channel's eventsUrl.";
    public const string ParsedOnMimeUrl = "A route posts the parsed mail to the URL for raw mails; it was taken in. The forwarded URL must end in /mime: enter the channel's mimeUrl.";
    public const string MimeOnParsedUrl = "A route posts the raw mail to the URL for parsed mails; it was taken in. Enter the channel's mimeUrl.";
    public const string StoreNotify = "A route uses store(notify=…), which sends neither raw mails nor files: use forward() with the channel's mimeUrl. The whole mail lies at Mailgun for about three days, at the message-url.";
    public const string WrongSignature = "A callback's signature is wrong, and was refused for good (406). If the webhook signing key was changed at Mailgun, set it here at once.";
}
