using PPMessage.Agents.Teams;
using PPMessage.Flows.Calls;
using PPMessage.Flows.Steps;
using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary>Steps that change something, here or elsewhere.</summary>
internal static class ActingSteps
{
    private static readonly string Tags = $$"""{"type":["array","null"],"maxItems":{{TagTexts.Most}},"items":{"type":"string","pattern":"\\S","minLength":1,"maxLength":{{TagTexts.LongestText}} } }""";

    private static readonly string OfTags = $"Liquid; a tag has at most {TagTexts.Longest} characters, and what comes out empty is left out.";

    public static IReadOnlyList<Shape> All => [Set(), Assign(), Resolve(), Http()];

    private static Shape Set() => StepShapes.Step(SetStep.Word, "Changes variables, the contact and the conversation. null removes. What the contact can't hold is failed.")
        .Values("variables", "The flow's variables.", 50)
        .OptionalObject("contact", "The contact.", new Shape("Contact")
            .Values("attributes", "Its attributes: texts, numbers, true, false or lists of texts.", 50)
            .Liquid("name", "Its name. What comes of it must have 1 to 200 characters, none of them a control character.", 100)
            .Json("addTags", $"Tags that it gets. {OfTags}", Tags).Json("removeTags", $"Tags that it loses. {OfTags}", Tags))
        .OptionalObject("conversation", "The conversation.", new Shape("Conversation")
            .Json("addTags", $"Tags that it gets. {OfTags}", Tags).Json("removeTags", $"Tags that it loses. {OfTags}", Tags))
        .Follows(SetStep.Done);

    private static Shape Assign() => StepShapes.Step(AssignStep.Word, "Gives the conversation to somebody.")
        .Word<AssignTo>("to", "all: everybody may take it; last_agent: who has it, else who answered last; agent: agentId; team: one of teamId; rule: as the workspace's or the team's rule says.")
        .OptionalText("agentId", "With to: agent.")
        .OptionalText("teamId", "With to: team.")
        .Word<AgentMust>("must", "How an agent has to be: be_ready (the default with team and rule), be_on_duty (ready or busy; the default otherwise), exist.")
        .Word<AssignmentMethod>("method", "With to: team and to: rule: in place of the rule that there is.")
        .Required("to").Follows(AssignStep.Assigned, AssignStep.Nobody);

    private static Shape Resolve() => StepShapes.Step(ResolveStep.Word, "Resolves the conversation.").Follows(ResolveStep.Resolved);

    private static Shape Http() => StepShapes.Step(HttpStep.Word, "Calls a program at a public address, at least once: repetitions bear the same Idempotency-Key.")
        .Json("method", "GET where it is left out.", $$"""{"type":["string","null"],"enum":["{{string.Join("\",\"", CallMistakes.Methods)}}",null],"default":"GET"}""")
        .Liquid("url", "https.", 2000)
        .Json("headers", "Texts by name, at most 20. Liquid.", """{"type":["object","null"],"maxProperties":20,"additionalProperties":{"type":"string","minLength":1,"maxLength":5000}}""")
        .Json("body", "A text as it stands; anything else is sent as JSON. Liquid in its texts.", "{}")
        .Duration("timeout", "How long an answer may take, up to PT20S; ten seconds where it is left out.")
        .Number("attempts", "How often it is called when it does not work for now.", 1, 6, 3)
        .Json("into", "JSON pointers into the answer, by variable: at most 20.", """
            {"type":["object","null"],"maxProperties":20,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"type":"string","maxLength":200}}
            """)
        .Variable("statusInto", "The variable that gets the answer's status.")
        .Required("url").Follows(HttpStep.Ok, HttpStep.Refused);
}
