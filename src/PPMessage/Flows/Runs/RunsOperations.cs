using PPMessage.Http;

namespace PPMessage.Flows.Runs;

/// <summary>What the API's document says of runs.</summary>
internal static class RunsOperations
{
    private const string Tag = "Flow runs";

    private const string Fields =
        $$"""
        "version":3,"contactId":"{{Samples.Contact}}","conversationId":"{{Samples.Conversation}}","trigger":"api","state":"waiting","reason":null,"step":"wait"
        """;

    private const string Times = """ "startedAt":"2026-11-20T08:00:00Z","updatedAt":"2026-11-20T08:00:00Z" """;

    private const string Listed = $$"""{"id":"{{Samples.Run}}","flowId":"{{Samples.Flow}}",{{Fields}},"due":"2026-11-21T08:00:00Z",{{Times}} }""";

    private const string Whole =
        $$"""
        {"id":"{{Samples.Run}}","flowId":"{{Samples.Flow}}","flowName":"新客户问候",{{Fields}},"error":null,
        "wait":{"kind":"time","since":"2026-11-20T08:00:00Z","due":"2026-11-21T08:00:00Z"},"variables":{"订单号":"A-1001"},"value":null,{{Times}},
        "steps":[{"visit":1,"step":"hello","type":"send","flow":null,"enteredAt":"2026-11-20T08:00:00Z","at":"2026-11-20T08:00:00Z","outcome":"sent","next":"wait","error":null,
        "messageIds":["{{Samples.Message}}"],"texts":["您好"],"findings":[],"by":"start","cut":false}]}
        """;

    public static Operation Stats() =>
        FlowsOperations.One("getFlowStats", "Counts a flow's runs", """
            Of those that began between two times: in which state they are, why they ended, and which outcomes their steps had; series has a point for each hour or day. It
            counts 20,000 runs or two seconds long, from the newest on: then exact is false.
            """)
            .Query("from", "The first hour or day is the one with this time in it (UTC). Left out: a day (hour) or a week (day) before to.", "2026-11-20T08:00:00Z")
            .Query("to", "Left out: now.", "2026-11-24T00:00:00Z")
            .Query("by", "What a point of series stands for; day by default.", "day", """{"type":"string","enum":["hour","day"]}""")
            .Answers(200, "Counts.", FlowsApiJson.Default.FlowStats, """
                {"from":"2026-11-20T00:00:00Z","to":"2026-11-21T00:00:00Z","by":"day","exact":true,"runs":3,
                "states":{"waiting":1,"running":0,"completed":1,"failed":0,"ended":1},"reasons":{"completed":1,"taken_over":1},
                "steps":[{"step":"wait","outcomes":{"elapsed":1},"waiting":1}],
                "series":[{"from":"2026-11-20T00:00:00Z","started":3,"waiting":1,"running":0,"completed":1,"failed":0,"ended":1}]}
                """);

    public static Operation List() =>
        FlowsOperations.One("listFlowRuns", "Lists a flow's runs", "Newest first. With a state a page may be short, even empty, and still have a next one.")
            .Query("state", "Only runs in this state.", "waiting", $$"""{"type":"string","enum":["{{string.Join("\",\"", Words<RunState>.All)}}"]}""").Pages()
            .Answers(200, "Runs.", FlowsApiJson.Default.PageRunSummary, $$"""{"items":[{{Listed}}],"next":null}""");

    public static Operation Start() =>
        FlowsOperations.One("startRun", "Runs a flow for a contact", "In its published version, be the flow started or stopped.").Repeatable()
            .Takes(
                new Shape("NewRun").Text("contactId", "For whom.")
                    .OptionalText("channelKind", "By which kind of channel it is to speak, such as sms; null: by the first that reaches the contact.")
                    .Json("variables", "What the flow's variables begin with, instead of what it says: at most 50.", """{"type":["object","null"]}""").Required("contactId"),
                $$"""{"contactId":"{{Samples.Contact}}","channelKind":null,"variables":{"订单号":"A-1001"} }""")
            .Refuses(409, "The flow was never published, or the first request with this Idempotency-Key is still running.")
            .Refuses(422, "The run can't start (the problem says why), or the Idempotency-Key was used with another body.")
            .Answers(201, "The run.", FlowsApiJson.Default.RunView, Whole).With("Location");

    public static Operation Get() => Shown(One("getRun", "Reads a run",
        $"With each step that it took. Of a message longer than {HeardMessage.LongestText} characters it has the beginning: the step that took it says cut, and the conversation has all of it."));

    public static Operation Cancel() => Shown(One("cancelRun", "Ends a run").Refuses(409, "It is over already."));

    public static Operation Retry() => Shown(One("retryRun", "Lets a failed run go on from where it failed").Repeatable().Refuses(409, "It has not failed, or can't go on (the problem says why)."));

    public static Operation Migrate() =>
        Shown(One("migrateRun", "Moves a run to another version", "It goes on in the step of the same name.")
            .Takes(new Shape("RunMigration").Json("version", "Its number.", """{"type":"integer"}""").Required("version"), """{"version":2}""")
            .Refuses(409, "It is over, or can't be moved (the problem says why)."));

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The run's id.", Samples.Run);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The run.", FlowsApiJson.Default.RunView, Whole);
}
