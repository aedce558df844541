using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows;

/// <summary>What the API's document says of flows and their drafts.</summary>
internal static class FlowsOperations
{
    public const string Tag = "Flows";

    /// <summary>Of a definition, wherever one stands: what may be in it is not said here.</summary>
    public const string AnyObject = """{"type":"object"}""";

    public const string Definition =
        """
        {"name":"新客户问候","trigger":{"on":"api"},"start":"wait","steps":{"wait":{"type":"wait","for":"P1D","next":"greet"},
        "greet":{"type":"send","text":"您好 {{ contact.name }}，昨天的咨询解决了吗？","next":null}}}
        """;

    public const string Example =
        $$"""
        {"id":"{{Samples.Flow}}","name":"新客户问候","trigger":{"on":"api","channelKind":null,"channelId":null},"started":true,"builtIn":false,
        "published":{"version":3,"at":"2026-11-20T08:00:00Z","by":"{{Samples.Agent}}"},"lastVersion":3,"hasDraft":false,
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    private const string Made =
        $$$"""
        {"mistakes":{},"warnings":{},"id":"{{{Samples.Flow}}}","name":"新客户问候","trigger":null,"started":false,"builtIn":false,"published":null,"lastVersion":0,"hasDraft":true,
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-02T03:14:15Z"}
        """;

    private const string Draft = $$"""{"definition":{{Definition}},"savedAt":"2026-11-20T08:00:00Z","savedBy":"{{Samples.Agent}}","mistakes":{"steps.greet.text":["is required"]},"warnings":{} }""";

    public static Operation List() =>
        new Operation(Tag, "listFlows", "Lists flows", "Built-in ones first, then in the order in which they were made.")
            .Query("trigger", "Only flows whose published version is started by this.", "api", $$"""{"type":"string","enum":["{{string.Join("\",\"", Triggers.All)}}"]}""").Pages()
            .Answers(200, "Flows.", FlowsApiJson.Default.PageFlowView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Create() =>
        Creating(new Operation(Tag, "createFlow", "Makes a flow", "It has a draft only, and does nothing before that is published. The definition needs a name; other mistakes that it has are told.").Repeatable()
            .Takes(
                new Shape("NewFlow").Json("definition", "What the flow is to say; its name is the flow's.", AnyObject).Text("name", "Without a definition: the name of an empty one. At most 100 characters."),
                $$"""{"definition":{{Definition}} }"""));

    public static Operation Import() =>
        Creating(new Operation(Tag, "importFlow", "Makes a flow from a file", "As exportFlow gives it, here or elsewhere, or a definition alone. What is not here (channels, teams, other flows) is told as mistakes; what has no name, or no definition, is refused.").Repeatable()
            .Takes(Media.Json, AnyObject, $$"""{"format":"ppmessage-flow","formatVersion":1,"definition":{{Definition}} }""").Refuses(413).Refuses(415));

    public static Operation Get() => Shown(One("getFlow", "Reads a flow", "Without what it says: see its draft and its versions."));

    public static Operation Delete() =>
        One("deleteFlow", "Deletes a flow", "Runs that are under way go on.").IfMatch().Refuses(409, "The flow is started, built in, called by another flow, or others change it at the same time.").Answers(204, "It is gone.");

    public static Operation GetDraft() => Drafted(One("getFlowDraft", "Reads a flow's draft", "Its ETag is of the draft alone."));

    public static Operation PutDraft() =>
        Drafted(One("putFlowDraft", "Saves a flow's draft", "The body is the definition: any object of up to 256 KiB, whatever mistakes it has. They are told, and keep it from being published.").IfMatch()
            .Takes(Media.Json, AnyObject, Definition).Refuses(413).Refuses(415));

    public static Operation Validate() =>
        One("validateFlow", "Tells the mistakes of a definition", "Of the draft where none is given. Nothing is stored.")
            .Takes(new Shape("FlowToValidate").Json("definition", "Left out: the draft.", AnyObject), $$"""{"definition":{{Definition}} }""").BodyIsOptional()
            .Refuses(409, "The flow has no draft, or is built in.")
            .Answers(200, "Mistakes by place; none: it can be published. Warnings tell what may be meant otherwise, and keep nothing back.", FlowsApiJson.Default.FlowMistakes, """
                {"mistakes":{"steps.greet.text":["is required"]},"warnings":{"steps.bye.text":["shows vars.order, which nothing here sets: empty, unless who starts the flow gives it. Say in variables what it holds otherwise"]}}
                """);

    public static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The flow's id.", Samples.Flow);

    public static Operation Shown(Operation operation) => operation.Answers(200, "The flow.", FlowsApiJson.Default.FlowView, Example).With("ETag");

    private static Operation Drafted(Operation operation) => operation
        .Refuses(409, "The flow has no draft, is built in, or others change it at the same time.")
        .Answers(200, "The draft.", FlowsApiJson.Default.FlowDraftView, Draft).With("ETag");

    private static Operation Creating(Operation operation) => operation
        .Refuses(422, $"There are as many flows as there can be ({FlowsApi.MostFlows}), or the Idempotency-Key was used with another body.")
        .Answers(201, "The flow, and what keeps its draft from being published.", FlowsApiJson.Default.MadeFlowView, Made).With("Location", "ETag");
}
