using PPMessage.Http;

namespace PPMessage.Segments;

/// <summary>What the API's document says of segments.</summary>
internal static class SegmentsOperations
{
    private const string Tag = "Segments";

    private const string FilterSays =
        "One of all, any (lists of filters), not (a filter) and field. The fields, and each one's operators, are those of listSegmentFields; also contact.attributes.{key} without a definition. "
        + "Durations are ISO 8601 and counted from the time of asking (within P30D); days are the contact's, or else the workspace's.";

    private const string AFilter = """{"type":"object"}""";

    private const string Filter =
        """{"all":[{"field":"contact.tags","op":"contains","value":"老客户"},{"field":"contact.lastSeenAt","op":"within","value":"P30D"},{"not":{"field":"consent.sms","op":"eq","value":"stopped"}}]}""";

    private const string Example =
        $$"""
        {"id":"{{Samples.Segment}}","name":"活跃老客户","description":"三十天内来过","filter":{{Filter}},"builtIn":false,
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    public static Operation List() =>
        new Operation(Tag, "listSegments", "Lists segments", "The built-in ones (online, new, active) first, then in the order in which they were made.").Pages()
            .Answers(200, "Segments.", SegmentsJson.Default.PageSegmentView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Fields() =>
        new Operation(Tag, "listSegmentFields", "Lists what filters can ask for", "With the attributes that have a definition. All of it, always.")
            .Answers(200, "Fields.", SegmentsJson.Default.PageFieldView,
                """{"items":[{"name":"consent.sms","type":"choice","operators":["eq","ne","in","not_in","exists","missing"],"choices":["open","stopped"]}],"next":null}""");

    public static Operation Get() => Shown(One("getSegment", "Reads a segment"));

    public static Operation Create() =>
        new Operation(Tag, "createSegment", "Makes a segment", "Who is in it is asked each time that it is used.").Repeatable()
            .Takes(Shape("NewSegment").Required("name", "filter"), $$"""{"name":"活跃老客户","description":"三十天内来过","filter":{{Filter}}}""")
            .Refuses(409, "There are as many as there can be (500); or the first try of this request is running.")
            .Answers(201, "The segment.", SegmentsJson.Default.SegmentView, Example).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeSegment", "Changes a segment", "What is left out stays. Whoever is using it now goes on with what it was.").IfMatch()
            .Takes(Shape("SegmentChange"), """{"description":null,"filter":{"field":"contact.attributes.plan","op":"in","value":["gold","白金"]}}""")
            .Refuses(409, "It is built in; or others change it at the same time."));

    public static Operation Delete() => One("deleteSegment", "Deletes a segment").IfMatch().Refuses(409, "It is built in, or something uses it.").Answers(204, "It is gone.");

    public static Operation Preview() =>
        new Operation(Tag, "previewSegment", "Says whom a filter finds now",
                "Of a filter, or of a segment by its id. Looks for at most two seconds: where that is not enough, exact is false, and count says how many of those evaluated it found. sample: the newest, at most 10.")
            .Takes(new Shape("SegmentPreview").Json("filter", FilterSays, AFilter).OptionalText("segmentId", "Instead of filter; a built-in one's, too."), $$"""{"filter":{{Filter}}}""")
            .Answers(200, "Whom.", SegmentsJson.Default.PreviewView,
                $$"""
                {"count":1,"exact":true,"evaluated":2048,"sample":[{"id":"{{Samples.Contact}}","name":"李薇","phones":["{{Samples.Phone}}"],"emails":["{{Samples.Email}}"],"externalId":null,
                "attributes":{"plan":"gold"},"tags":["老客户"],"timeZone":"Asia/Shanghai","locale":"zh-CN",
                "firstSeenAt":"2026-11-02T03:14:15Z","createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}]}
                """);

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The segment's id.", Samples.Segment);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The segment.", SegmentsJson.Default.SegmentView, Example).With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("name", "For people; at most 200 characters.")
        .OptionalText("description", "For people; at most 1,000 characters.")
        .Json("filter", FilterSays, AFilter);
}
