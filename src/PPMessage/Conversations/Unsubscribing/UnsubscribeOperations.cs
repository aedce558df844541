using PPMessage.Http;

namespace PPMessage.Conversations.Unsubscribing;

/// <summary>What the API's document says of unsubscribing.</summary>
internal static class UnsubscribeOperations
{
    private const string Html = "text/html";

    public static Operation Show() =>
        Of("openUnsubscribePage", "The page behind a campaign's link", "Changes nothing. In the contact's language, else the browser's, else English.").AnswersFile(200, "The page.", Html);

    public static Operation Press() =>
        Of("unsubscribe", "Stops campaigns to the recipient (RFC 8058)", "Any body will do. Answers to what the recipient writes still go. Only action=resubscribe, the page's own form, takes it back.")
            .Takes(Media.Form, """{"type":"string"}""", "\"List-Unsubscribe=One-Click\"").BodyIsOptional().Refuses(413)
            .AnswersFile(200, "Stopped, or stopped before: the page.", Html);

    private static Operation Of(string id, string summary, string description) =>
        new Operation("Unsubscribing", id, summary, $"{description} A browser (Accept: text/html) is told by a page what is refused.")
            .Path("token", "Names the message; unguessable.", Samples.UnsubscribeToken)
            .Refuses(404, "This is no link of ours.").Refuses(429, "This link, or links that are none, were asked for too often: wait as many seconds as Retry-After says.");
}
