using PPMessage.Flows.Steps;
using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary>Steps that decide where a run goes.</summary>
internal static class DecidingSteps
{
    public static IReadOnlyList<Shape> All => [Branch(), Match(), Split(), Subflow(), End()];

    private static Shape Branch() => StepShapes.Step(BranchStep.Word, "Takes the first case whose condition holds, else the outcome else.")
        .Json("cases", "In order; 1 to 20.", $$"""{"type":"array","minItems":1,"maxItems":20,"items":{{Case().Schema.ToJsonString()}}}""")
        .Required("cases").FollowsOwn("the first case", BranchStep.Else);

    private static Shape Case() => new Shape("Case")
        .Json("outcome", "Its name in on.", """{"$ref":"#/$defs/name"}""")
        .Json("when", "Its condition.", """{"$ref":"#/$defs/filter"}""")
        .Required("outcome", "when");

    private static Shape Match() => StepShapes.Step(MatchStep.Word, "Looks for a regular expression in a text. Named groups become variables.")
        .OptionalLiquid("text", "Left out: the message's text.")
        .Json("pattern", "Without look-around and back references.", """{"type":"string","minLength":1,"maxLength":500}""")
        .Json("ignoreCase", "Whether capitals count as small letters.", """{"type":"boolean","default":true}""")
        .Required("pattern").Follows(MatchStep.Matched, MatchStep.NoMatch);

    private static Shape Split() => StepShapes.Step(SplitStep.Word, "Sends contacts different ways by weight; the same contact always the same way.")
        .Json("arms", "Weights by outcome, such as {\"a\":50,\"b\":50}: 2 to 10.", """
            {"type":"object","minProperties":2,"maxProperties":10,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"type":"integer","minimum":0,"maximum":1000}}
            """)
        .Required("arms").FollowsOwn("the first arm");

    private static Shape Subflow() => StepShapes.Step(SubflowStep.Word, "Calls another flow and goes on with what it returns.")
        .Json("flowId", "The flow: its published version at that time.", """{"type":"string","minLength":1,"maxLength":100}""")
        .Values("with", "Its variables at the beginning.", 20)
        .Variable("into", "The variable that gets what it returns.")
        .Required("flowId").Follows(SubflowStep.ReturnedOutcome);

    private static Shape End() => StepShapes.Step(EndStep.Word, "The flow is over; a sub-flow returns.")
        .Json("value", "What is returned. A text is Liquid; any other value stands as it is.", "{}")
        .Json("on", "What follows when the value can't be made.", """{"type":["object","null"],"properties":{"failed":{"$ref":"#/$defs/target"}},"additionalProperties":false}""");
}
