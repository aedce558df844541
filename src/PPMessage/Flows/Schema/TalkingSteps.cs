using PPMessage.Flows.Runs;
using PPMessage.Flows.Steps;
using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary>Steps that say something, or wait for somebody who does.</summary>
internal static class TalkingSteps
{
    public static IReadOnlyList<Shape> All => [Send(), Ask(), Wait(), Note()];

    private static Shape Send() => StepShapes.Step(SendStep.Word, "Says something to the contact.").Speech().Follows(SendStep.Sent, SendStep.Suppressed);

    private static Shape Ask() => StepShapes.Step(AskStep.Word, "Asks the contact and waits for the answer.").Speech()
        .Json("options", $"A menu, 1 to {AskStep.MostOptions}; left out: any answer is {AskStep.Answered}.", $$"""{"type":["array","null"],"minItems":1,"maxItems":{{AskStep.MostOptions}},"items":{{Option().Schema.ToJsonString()}}}""")
        .Variable("into", $"The variable that gets the answer: the option's key, or what was written (of more than {HeardMessage.LongestText} characters the beginning).")
        .Duration("timeout", "How long the answer is waited for, up to P30D; an hour where it is left out.")
        .Number("attempts", "How many answers are listened to before it is invalid.", 1, 10, 2)
        .OptionalSaid("invalidText", "What is said to an answer that is no option; left out: the question again.")
        .FollowsOwn("the first option, or answered", AskStep.Answered, AskStep.Timeout, AskStep.Invalid, SendStep.Suppressed);

    private static Shape Option() => new Shape("Option")
        .Json("key", "What the contact writes, such as 1.", """{"type":"string","minLength":1,"maxLength":20}""")
        .Json("label", "In words; counts as an answer, too.", """{"type":["string","null"],"minLength":1,"maxLength":100}""")
        .Json("outcome", "Its name in on.", """{"$ref":"#/$defs/name"}""")
        .Json("words", "What else counts.", """{"type":["array","null"],"maxItems":20,"items":{"type":"string","minLength":1,"maxLength":100}}""")
        .Required("key", "outcome");

    private static Shape Wait() => StepShapes.Step(WaitStep.Word, "Lets time pass: exactly one of for, until and untilOpen.")
        .Duration("for", "A duration, up to P90D.")
        .Json("until", "A time of the day in the contact's zone, such as 09:00: the next one.", """{"type":["string","null"],"pattern":"^([01][0-9]|2[0-3]):[0-5][0-9]$"}""")
        .Flag("untilOpen", "Until business hours: the conversation's team's, else the workspace's.")
        .Json("unless", "Who ends it early.", """{"type":["array","null"],"items":{"enum":["reply","agent"]}}""")
        .Follows(WaitStep.Elapsed, WaitStep.Replied, WaitStep.AgentActed);

    private static Shape Note() => StepShapes.Step(NoteStep.Word, "Writes a note into the conversation, which agents see and the contact does not.")
        .Said("text", "The note.").Required("text").Follows(NoteStep.Noted);

    private static Shape Speech(this Shape step) => step
        .Said("text", "What is said.")
        .OptionalLiquid("subject", "Of a mail; left out: the conversation's.", 300)
        .OptionalText("channelKind", "By the active channel of this kind, such as sms; left out: as the contact's last message came.")
        .OptionalText("agentId", "In this agent's name; left out: the flow's.")
        .Required("text");
}
