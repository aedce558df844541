using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary>What shapes of steps are made of.</summary>
internal static class StepShapes
{
    private const string Objects = "Liquid over contact, conversation, message, vars, agents, hours, flow and now.";

    private const string Target = """{"$ref":"#/$defs/target"}""";

    public static Shape Step(string word, string says) => new Shape(word).Json("type", says, $$"""{"const":"{{word}}"}""").Required("type");

    public static Shape Liquid(this Shape shape, string property, string says, int longest = 5000) =>
        shape.Json(property, $"{says} {Objects}", $$"""{"type":"string","minLength":1,"maxLength":{{longest}}}""");

    public static Shape OptionalLiquid(this Shape shape, string property, string says, int longest = 5000) =>
        shape.Json(property, $"{says} Liquid.", $$"""{"type":["string","null"],"minLength":1,"maxLength":{{longest}}}""");

    /// <summary>As <see cref="Liquid"/>, of what is said: blanks alone can't be.</summary>
    public static Shape Said(this Shape shape, string property, string says) =>
        shape.Json(property, $"{says} {Objects}", """{"type":"string","pattern":"\\S","minLength":1,"maxLength":5000}""");

    /// <inheritdoc cref="Said"/>
    public static Shape OptionalSaid(this Shape shape, string property, string says) =>
        shape.Json(property, $"{says} Liquid.", """{"type":["string","null"],"pattern":"\\S","minLength":1,"maxLength":5000}""");

    public static Shape Duration(this Shape shape, string property, string says) =>
        shape.Json(property, says, """{"anyOf":[{"$ref":"#/$defs/duration"},{"type":"null"}]}""");

    public static Shape Number(this Shape shape, string property, string says, int lowest, int highest, int usual) =>
        shape.Json(property, says, $$"""{"type":"integer","minimum":{{lowest}},"maximum":{{highest}},"default":{{usual}}}""");

    public static Shape Variable(this Shape shape, string property, string says) =>
        shape.Json(property, says, """{"anyOf":[{"$ref":"#/$defs/name"},{"type":"null"}]}""");

    /// <summary>Values by name, of which texts are Liquid.</summary>
    public static Shape Values(this Shape shape, string property, string says, int most) =>
        shape.Json(property, $"{says} Texts are Liquid, other values stand as they are.", $$"""{"type":"object","maxProperties":{{most}}}""");

    /// <param name="next">The outcome that <c>next</c> stands for.</param>
    /// <param name="others">Those that <c>on</c> may name beside it and <c>failed</c>.</param>
    public static Shape Follows(this Shape shape, string next, params IReadOnlyList<string> others) =>
        shape.Json("next", $"The step that follows {next}; null: the flow ends there.", Target)
            .Json("on", "Steps by outcome. What is failed and not connected ends the run as failed.", On([next, .. others, Definitions.Step.Failed], isOpen: false));

    /// <summary>Where a definition names outcomes of its own.</summary>
    /// <param name="others">Those that such a step may have beside them and <c>failed</c>.</param>
    public static Shape FollowsOwn(this Shape shape, string next, params IReadOnlyList<string> others) =>
        shape.Json("next", $"The step that follows {next}; null: the flow ends there.", Target)
            .Json("on", "Steps by outcome, those that stand above among them.", On([.. others, Definitions.Step.Failed], isOpen: true));

    private static string On(IReadOnlyList<string> outcomes, bool isOpen) =>
        $$"""{"type":["object","null"],"properties":{ {{string.Join(",", outcomes.Select(outcome => $"\"{outcome}\":{Target}"))}} },"additionalProperties":{{(isOpen ? Target : "false")}}}""";
}
