using PPMessage.Http;

namespace PPMessage.Agents.Answers;

/// <summary>What the API's document says of predefined answers.</summary>
internal static class AnswersOperations
{
    private const string Tag = "Predefined answers";

    private const string Written =
        $$"""
        {"shortcut":"/退款","title":"退款多久到账","text":"您好，退款一般 3 个工作日内到账。\n如有疑问请随时联系我们。",
        "teams":["{{Samples.Team}}"],"locale":"zh-CN"}
        """;

    private const string Example =
        $$"""
        {"id":"{{Samples.Answer}}","shortcut":"/退款","title":"退款多久到账",
        "text":"您好，退款一般 3 个工作日内到账。\n如有疑问请随时联系我们。","teams":["{{Samples.Team}}"],"locale":"zh-CN",
        "createdAt":"2026-11-02T03:14:15Z","updatedAt":"2026-11-20T08:00:00Z"}
        """;

    public static Operation List() =>
        new Operation(Tag, "listAnswers", "Lists predefined answers", "An agent sees those of everybody and of its teams, an admin all of them.")
            .Query("q", "Looks in shortcut, title and text.", "退款").Pages()
            .Answers(200, "Answers.", AnswerJson.Default.PageAnswerView, $$"""{"items":[{{Example}}],"next":null}""");

    public static Operation Get() => Shown(One("getAnswer", "Reads a predefined answer"));

    public static Operation Create() =>
        new Operation(Tag, "createAnswer", "Makes a predefined answer").Repeatable().Takes(Shape("NewAnswer").Required("shortcut", "title", "text"), Written)
            .Refuses(409, "Another answer of this language has this shortcut.")
            .Refuses(422, "There are as many answers as there can be (1000), or the Idempotency-Key was used with another body.")
            .Answers(201, "The answer.", AnswerJson.Default.AnswerView, Example).With("Location", "ETag");

    public static Operation Change() =>
        Shown(One("changeAnswer", "Changes a predefined answer", "What is left out stays.").IfMatch()
            .Takes(Shape("AnswerChange"), """{"text":"您好，退款一般 5 个工作日内到账。","teams":[],"locale":null}""")
            .Refuses(409, "Another answer of this language has this shortcut, or others change this one at the same time."));

    public static Operation Delete() => One("deleteAnswer", "Deletes a predefined answer").IfMatch().Refuses(409).Answers(204, "It is gone.");

    private static Operation One(string id, string summary, string? description = null) => new Operation(Tag, id, summary, description).Path("id", "The answer's id.", Samples.Answer);

    private static Operation Shown(Operation operation) => operation.Answers(200, "The answer.", AnswerJson.Default.AnswerView, Example).With("ETag");

    private static Shape Shape(string name) => new Shape(name)
        .Text("shortcut", "What an agent types to find it: at most 50 characters, no blanks. One for each language.")
        .Text("title", "At most 200 characters.")
        .Text("text", "As it will be sent: at most 10,000 characters, with its lines.")
        .Texts("teams", "Ids of teams, at most 40; empty: it is everybody's.")
        .OptionalText("locale", "Such as zh-CN; null: any.");
}
