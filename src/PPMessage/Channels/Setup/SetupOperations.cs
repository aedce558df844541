using PPMessage.Http;

namespace PPMessage.Channels.Setup;

/// <summary>What the API's document says of checking and connecting channels.</summary>
internal static class SetupOperations
{
    private const string Checks = """
        [{"name":"credentials","status":"pass","message":"Twilio takes the credentials.","fix":null},{"name":"number",
        "status":"fail","message":"The number is not this account's.",
        "fix":"Buy it in Twilio's console, or correct settings.phoneNumber."}]
        """;

    private const string Connected =
        $$"""
        {"ok":true,"changes":[{"place":"smsUrl","before":null,"after":"https://hub.example.com/hooks/{{Samples.HookKey}}/sms"}],
        "unchanged":["smsMethod"],"problems":[],"checks":{{Checks}}}
        """;

    public static Operation Check() =>
        One("checkChannel", "Asks the provider whether a channel works",
                "Credentials, number or domain, what stands where our URLs belong; with mail the DNS too. Changes nothing.").Refuses(409, "Channels of its kind can't be checked from here.")
            .Answers(200, "What was looked at; ok: nothing fails.", SetupJson.Default.CheckAnswer, $$"""{"ok":false,"checks":{{Checks}}}""");

    public static Operation Connect() =>
        One("connectChannel", "Writes our URLs at the provider",
                "Twilio: the number's; Mailgun: a route and the event webhooks, beside others' URLs. Asked again, it does the same.")
            .Takes(new Shape("Connect").Flag("overwrite", "Whether somebody else's may be replaced; false by default."), """{"overwrite":false}""").BodyIsOptional()
            .Refuses(409, "Somebody else's stand where ours belong (places tells which), the channel takes nothing in, or the provider refuses.")
            .Answers(200, "What was changed, and how it stands now.", SetupJson.Default.ConnectAnswer, Connected);

    public static Operation Disconnect() =>
        One("disconnectChannel", "Takes our URLs out at the provider", "What stood there before is put back. Asked again, it does the same.")
            .Refuses(409, "The provider refuses, or others do the same at the same time.")
            .Answers(200, "What was changed.", SetupJson.Default.ConnectAnswer, Connected.Replace(Checks, "[]", StringComparison.Ordinal));

    private static Operation One(string id, string summary, string description) => ChannelsOperations.One(id, summary, description);
}
