using PPMessage.Http;

namespace PPMessage.Conversations.Offline;

/// <summary>What the API's document says of the off-line rules.</summary>
internal static class OfflineOperations
{
    private const string Tag = "Settings";
    private const string Address = "support@mg.example.com";

    public static Operation Get() => Shown(new Operation(Tag, "getOfflineMessages", "Reads the off-line rules",
            "How replies reach a contact who uses the site or the app and is not there just now."));

    public static Operation Put() =>
        Shown(new Operation(Tag, "setOfflineMessages", "Sets the off-line rules", "As a whole: what is left out is as if never set.").IfMatch()
            .Takes(
                new Shape("OfflineRules")
                    .Object("email", "How mail is sent.", new Shape("OfflineEmail").Word<OfflineSender>("from", "Whose name and address mail bears.").OptionalText("address", "The team's; answers always come to it."))
                    .Texts("prefer", "Kinds of channels, the best first; empty: the rules change nothing."),
                $$"""{"email":{"from":"team","address":"{{Address}}"},"prefer":["email","sms"]}""")
            .Refuses(409));

    private static Operation Shown(Operation operation) =>
        operation.Answers(200, "The rules, and what will not work as they stand.", OfflineJson.Default.OfflineView,
            $$"""
            {"email":{"from":"team","address":"{{Address}}"},"prefer":["email","sms"],
            "warnings":["No email channel is active: nothing goes by it until one is."]}
            """).With("ETag");
}
