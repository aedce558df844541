using System.Text.Json.Nodes;
using PPMessage.Filters;
using PPMessage.Flows.Definitions;
using PPMessage.Flows.Simulation;
using PPMessage.Http;

namespace PPMessage.Flows.Schema;

/// <summary>
/// The JSON Schema (draft 2020-12) of a flow's definition, for editors: what may stand where. What only all steps together show (unknown or unreachable steps, loops
/// without a wait) and what Liquid and conditions may name is said when a definition is saved.
/// </summary>
internal static class FlowSchema
{
    public const string Url = "/api/flows/schema.json";

    /// <summary>By the word of a step's type.</summary>
    public static IReadOnlyDictionary<string, Shape> Steps { get; } =
        TalkingSteps.All.Concat(DecidingSteps.All).Concat(ActingSteps.All).ToDictionary(shape => shape.Name);

    public static JsonObject Document()
    {
        var document = Definition().Schema;
        document["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        document["$id"] = Url;
        document["title"] = "Flow";
        document["$defs"] = Definitions();
        return document;
    }

    private static Shape Definition() => new Shape("Flow")
        .OptionalText("$schema", "Where this form is written, for editors.")
        .Json("name", "For people.", """{"type":"string","minLength":1,"maxLength":100}""")
        .Object("trigger", "What starts the flow.", Trigger())
        .Json("start", "The step that comes first.", """{"$ref":"#/$defs/name"}""")
        .Json("steps", "Steps by name: 1 to 200.", """
            {"type":"object","minProperties":1,"maxProperties":200,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"$ref":"#/$defs/step"}}
            """)
        .Json("variables", "What variables hold when a run begins: at most 50.", """{"type":["object","null"],"maxProperties":50,"propertyNames":{"$ref":"#/$defs/name"}}""")
        .Objects("tests", $"Cases that the flow is to pass, which publishing plays: at most {FlowTestReader.Most}.", Test())
        .Required("name", "trigger", "start", "steps");

    private static Shape Trigger() => new Shape("Trigger")
        .Json("on", "What happens.", $$"""{"type":"string","enum":["{{string.Join("\",\"", Triggers.All)}}"]}""")
        .OptionalText("channelKind", "Only on channels of this kind, such as sms or email.")
        .OptionalText("channelId", "Only on this channel.")
        .Flag("includeOptOut", "Also by messages that are nothing but STOP, START or HELP.")
        .Flag("includeAutomatic", "Also by automatic mail. A flow that answers it may talk to a machine for ever.")
        .Json("when", "Only if this holds.", """{"anyOf":[{"$ref":"#/$defs/filter"},{"type":"null"}]}""")
        .Required("on");

    private static Shape Test() => new Shape("Test")
        .Json("name", "For people.", """{"type":"string","minLength":1,"maxLength":100}""")
        .Object("given", "What happens.", ScriptShape.Of("Given"))
        .Object("expect", "What is to come of it; what is not named is not looked at.", ScriptShape.Expected("Expected"))
        .Required("name", "expect");

    private static JsonObject Definitions()
    {
        var all = new JsonObject
        {
            ["name"] = Parsed("""{"type":"string","pattern":"^[\\p{L}_][\\p{L}\\p{Nd}_]{0,63}$","description":"Letters of any language, digits and underscores."}"""),
            ["target"] = Parsed("""{"anyOf":[{"$ref":"#/$defs/name"},{"type":"null"}],"description":"The step that follows; null: the flow ends there, or the sub-flow returns."}"""),
            ["duration"] = Parsed("""{"type":"string","pattern":"^P[0-9T]","description":"ISO 8601, such as PT15M (15 minutes) or P1D (a day)."}"""),
            ["filter"] = FilterSchema.Node("#/$defs/filter"),
            ["step"] = new JsonObject { ["oneOf"] = new JsonArray([.. Steps.Keys.Select(word => new JsonObject { ["$ref"] = $"#/$defs/{DefinitionOf(word)}" })]) },
        };
        foreach (var (word, shape) in Steps) all[DefinitionOf(word)] = shape.Schema;
        return all;
    }

    private static string DefinitionOf(string word) => $"step.{word}";

    private static JsonNode Parsed(string json) => JsonNode.Parse(json)!;
}
