using PPMessage.Agents;
using PPMessage.Conversations;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>The form of what is to happen in a simulation, as <see cref="ScriptReader"/> reads it, and of what is to come of it, as <see cref="ExpectationReader"/> does.</summary>
internal static class ScriptShape
{
    private const string AnyObject = """{"type":"object","additionalProperties":true}""";

    public static Shape Of(string name) => new Shape(name)
        .Object("contact", "Who it is about: described, or a real one by its id, which is only read.", Contact())
        .Object("message", "What starts the flow; left out where no message does.", Message())
        .OptionalText("at", "When it begins, such as 2026-11-23T02:00:00Z; left out: now.")
        .Objects("agents", "Who is there; left out: those of this workspace.", Agents())
        .OptionalText("lastAgent", "Who answered the contact last: an agent's id or name.")
        .Object("conversation", "The conversation that there is; left out: one opens.", Conversation())
        .Json("variables", "What variables hold at the beginning, in place of what the definition says.", AnyObject)
        .Word<ScriptReader.CallsThat>("http", "What comes of calls that no event answers: ok (the default; 200 with {}), or failed (no answer).")
        .Objects("events", $"What happens, in order; at most {ScriptReader.MostEvents}. One has reply, agent or http, or only lets time pass.", Events());

    public static Shape Expected(string name) => new Shape(name)
        .Json("texts", "All that the contact gets, in order: whole texts, or {\"contains\":\"…\"}.", """
            {"type":"array","items":{"anyOf":[{"type":"string"},{"type":"object","properties":{"contains":{"type":"string"}},"required":["contains"],"additionalProperties":false}]}}
            """)
        .Json("path", "Steps that are taken in this order; others may lie between them.", """{"type":"array","items":{"type":"string"}}""")
        .Json("state", "How it ends.", $$"""{"type":"string","enum":["{{string.Join("\",\"", ExpectationReader.States)}}"]}""")
        .OptionalText("reason", "Why it is over, such as completed, failed, superseded, taken_over, opted_out.")
        .Json("outcomes", "By step: its last outcome.", """{"type":"object","additionalProperties":{"type":"string"}}""")
        .Json("variables", "By name: what it holds at the end; null: nothing.", AnyObject)
        .OptionalText("assignee", "Who has the conversation, by id or name; null: nobody.")
        .Texts("tags", "The contact's, all of them.")
        .Json("attributes", "The contact's, by name; null: nothing.", AnyObject)
        .Object("conversation", "The conversation at the end.", new Shape(name)
            .Word<ConversationStatus>("status", "Its status.").OptionalText("team", "Its team's id; null: none.").Texts("tags", "Its tags, all of them."));

    private static Shape Contact() => new Shape("Contact")
        .OptionalText("id", "A real contact's; then nothing else stands here.")
        .OptionalText("name", "Its name.")
        .Texts("phones", "Such as +8613800138000. Neither phones nor emails: it is taken to be reachable; with both empty, nothing reaches it.")
        .Texts("emails", "Such as li.wei@example.cn.")
        .OptionalText("externalId", "Its id in a system of yours.")
        .Json("attributes", "By name.", AnyObject)
        .Texts("tags", "Its tags.")
        .OptionalText("timeZone", "IANA name, such as Asia/Shanghai.")
        .OptionalText("locale", "Such as zh-CN.")
        .Json("online", "Whether it is on the site or in the app; null: unknown.", """{"type":["boolean","null"]}""");

    private static Shape Message() => new Shape("Message")
        .Text("text", "What the contact writes.")
        .OptionalText("subject", "Of a mail.")
        .OptionalText("channelKind", "The kind of channel that it comes by, such as sms; null: that of the flow's trigger.");

    private static Shape Agents() => new Shape("Agent")
        .OptionalText("id", "An agent's id, where a step names it; null: the name.")
        .Text("name", "At most 200 characters.")
        .Word<Availability>("availability", "ready where it is left out.")
        .Texts("teams", "Ids or names.")
        .Required("name");

    private static Shape Conversation() => new Shape("Conversation")
        .OptionalText("assignee", "Who has it: an agent's id or name.")
        .OptionalText("team", "A team's id or name.")
        .Texts("tags", "Its tags.")
        .OptionalText("subject", "Of mails.")
        .OptionalText("channelKind", "Such as email, where no message says it.")
        .Flag("isNew", "Whether it opens with what happens; false where it is left out.");

    private static Shape Events() => new Shape("Event")
        .OptionalText("after", "How long after the event before, such as PT5M; left out: at once. Not with http.")
        .OptionalText("reply", "The contact writes this.")
        .Json("agent", "An agent answers: true (whoever has the conversation, else somebody on duty), or an id or name of one who is there.", """{"type":["boolean","string","null"]}""")
        .Object("http", "A program answers this when it is called.", new Shape("Answer")
            .Json("status", "From 100 to 599; 0: no answer.", """{"type":"integer"}""")
            .Json("body", "A text as it is, anything else as JSON.", """{"type":["object","array","string","number","boolean","null"],"items":{}}""")
            .Required("status"))
        .OptionalText("step", "With http: the step that calls; left out: whichever calls next.");
}
