using PPMessage.Http;

namespace PPMessage.Flows.Publishing;

/// <summary>What the API's document says of versions and what becomes of them.</summary>
internal static class PublishingOperations
{
    private const string Listed = $$"""{"version":3,"at":"2026-11-20T08:00:00Z","by":"{{Samples.Agent}}","note":"加了节假日","published":true}""";

    private const string Replaces = "Whether the flow that is started for the same trigger may be stopped by it; false by default. A built-in one always may.";

    private const string Taken = "Another flow is started for the trigger (the problem names it), or others change it at the same time.";

    public static Operation Publish() =>
        FlowsOperations.Shown(FlowsOperations.One("publishFlow", "Publishes the draft", """
            It becomes a version, which never changes; runs that begin from then on get it, and runs under way stay on theirs. The first version starts the flow; later ones
            leave it started or stopped. At most one flow is started for a trigger.
            """).Repeatable()
            .Takes(
                new Shape("FlowToPublish").OptionalText("note", "What is new, for people; at most 1000 characters.").Flag("force", "Also where test cases of the flow fail; false by default.").Flag("replace", Replaces),
                """{"note":"加了节假日","force":false,"replace":false}""").BodyIsOptional()
            .Refuses(409, "There is nothing to publish, another flow is started for the trigger (the problem names it), the flow is built in, or others change it at the same time.")
            .Refuses(422, "Test cases of the flow fail, or the Idempotency-Key was used with another body."));

    public static Operation Rollback() =>
        FlowsOperations.Shown(FlowsOperations.One("rollBackFlow", "Publishes a version again", "New runs get it, under its old number. The draft stays as it is.")
            .Takes(new Shape("FlowRollback").Json("version", "Its number.", """{"type":"integer"}""").Flag("replace", Replaces).Required("version"), """{"version":1,"replace":false}""")
            .Refuses(409, Taken)
            .Refuses(422, "What the version names is not there any more."));

    public static Operation Start() =>
        FlowsOperations.Shown(FlowsOperations.One("startFlow", "Starts a flow", "What its trigger says starts runs from now on.")
            .Takes(new Shape("FlowStart").Flag("replace", Replaces), """{"replace":false}""").BodyIsOptional()
            .Refuses(409, "Another flow is started for the trigger (the problem names it), the flow was never published, or others change it at the same time."));

    public static Operation Stop() =>
        FlowsOperations.Shown(FlowsOperations.One("stopFlow", "Stops a flow", "Nothing starts runs of it any more, but those who start them by hand; runs under way go on. Where there is a built-in flow for its trigger, that is started again.")
            .Refuses(409));

    public static Operation Versions() =>
        FlowsOperations.One("listFlowVersions", "Lists a flow's versions", "Newest first; at most 50 at a time. Numbers may be missing.").Pages()
            .Answers(200, "Versions.", FlowsApiJson.Default.PageFlowVersionView, $$"""{"items":[{{Listed}}],"next":null}""");

    public static Operation Version() =>
        FlowsOperations.One("getFlowVersion", "Reads a version").Path("version", "Its number.", "1")
            .Answers(200, "The version.", FlowsApiJson.Default.FlowVersionText, $$"""{"definition":{{FlowsOperations.Definition}},{{Listed[1..]}}""");

    public static Operation Export() =>
        FlowsOperations.One("exportFlow", "Gives a flow as a file", "The published version, unless the query says another; importFlow takes it.")
            .Query("version", "A version's number.", "1", """{"type":"integer"}""").Query("draft", "true: the draft.", "false", """{"type":"string","enum":["true","false"]}""")
            .Refuses(409, "The flow was never published, and has a draft only.")
            .Answers(200, "The file.", FlowsApiJson.Default.FlowFile, $$"""{"format":"ppmessage-flow","formatVersion":1,"definition":{{FlowsOperations.Definition}} }""").With("Content-Disposition");
}
