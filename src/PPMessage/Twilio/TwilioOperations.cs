using PPMessage.Http;

namespace PPMessage.Twilio;

/// <summary>What the API's document says of Twilio's callbacks.</summary>
internal static class TwilioOperations
{
    private const string Fields = """{"type":"object","additionalProperties":{"type":"string"}}""";

    public static Operation Message() =>
        Of("takeTwilioMessage", "Takes a text message in", "The answer never has a word for the contact.",
                $$"""
                {"MessageSid":"SM00000000000000000000000000000001","AccountSid":"AC00000000000000000000000000000001",
                "From":"{{Samples.Phone}}","To":"{{Samples.Number}}","Body":"你好","NumMedia":"0"}
                """)
            .AnswersFile(200, "Taken, or taken before: empty TwiML.", "text/xml");

    public static Operation Status() =>
        Of("takeTwilioStatus", "Takes a delivery report in", "Reports may come in any order and more than once.",
                $$"""
                {"MessageSid":"SM00000000000000000000000000000001","MessageStatus":"delivered",
                "AccountSid":"AC00000000000000000000000000000001","From":"{{Samples.Number}}","To":"{{Samples.Phone}}"}
                """)
            .Answers(204, "Taken.").AnswersFile(200, "Kept for a person to look at: empty TwiML.", "text/xml");

    private static Operation Of(string id, string summary, string description, string example) =>
        new Operation("Callbacks", id, summary, description + " Twilio calls it, and proves itself by X-Twilio-Signature; with GET the fields stand in the query.")
            .Path("key", "Names the channel; unguessable.", Samples.HookKey)
            .Takes(Media.Form, Fields, example).Takes(Media.Json, """{"type":"object"}""", """{"debugger":"event"}""").BodyIsOptional()
            .Refuses(403, "The signature is not Twilio's, or the account is another one.")
            .Refuses(404, "No channel has this key.").Refuses(413).Refuses(415);
}
