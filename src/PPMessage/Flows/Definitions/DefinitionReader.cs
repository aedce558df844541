using System.Text.Json;
using PPMessage.Filters;
using PPMessage.Flows.Simulation;
using PPMessage.Flows.Steps;
using PPMessage.Http;

namespace PPMessage.Flows.Definitions;

/// <summary>Reads a definition's JSON and says everything that is wrong with it, each with its place. Pure.</summary>
internal static class DefinitionReader
{
    /// <summary>Of a definition in bytes of JSON.</summary>
    public const int LargestBytes = 256 * 1024;

    private const int MostSteps = 200;
    private const int MostVariables = 50;
    private const int LongestName = 100;
    private const int LongestValue = 1000;

    /// <summary>Null with the mistakes, by field path; or the definition, and none.</summary>
    /// <param name="attribute">The type of a contact's custom attribute; null: it has no definition.</param>
    public static FlowDefinition? Read(JsonElement json, Func<string, Field?> attribute, out IDictionary<string, string[]> mistakes)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            mistakes = new Dictionary<string, string[]> { ["$"] = ["must be a JSON object"] };
            return null;
        }

        var fields = new Fields(json);
        // For editors: where the form of definitions is written.
        fields.OptionalText("$schema", null, LongestName);
        var variables = VariablesOf(json);
        var names = new FlowNames(field => FlowFields.Find(field, variables, attribute), fields.Refuse);
        var steps = StepsOf(fields, names);
        var definition = new FlowDefinition(
            fields.Text("name", null, LongestName), TriggerOf(fields, names), fields.Text("start", null, LongestName), steps, VariablesIn(fields), FlowTestReader.Read(fields),
            [.. steps.Values.OfType<SubflowStep>().Select(step => step.FlowId).Distinct()])
        { KnownVariables = variables };
        if (steps.Count > 0) FlowGraph.Check(definition, fields.Refuse);
        mistakes = fields.Mistakes();
        return mistakes.Count == 0 ? definition : null;
    }

    private static Dictionary<string, Step> StepsOf(Fields fields, FlowNames names)
    {
        var steps = new Dictionary<string, Step>();
        if (fields.Json("steps") is not { ValueKind: JsonValueKind.Object } all || all.GetPropertyCount() is 0 or > MostSteps)
        {
            fields.Refuse("steps", $"must be an object of 1 to {MostSteps} steps by name");
            return steps;
        }

        var inner = fields.Object("steps");
        foreach (var step in all.EnumerateObject())
        {
            if (!FlowNames.IsName(step.Name)) inner.Refuse(step.Name, $"is no name for a step: it {FlowNames.Rule}");
            var read = new StepReader(step.Name, inner.Object(step.Name), names);
            if (StepOf(read) is { } found) steps[step.Name] = found;
        }

        return steps;
    }

    private static Step? StepOf(StepReader reader)
    {
        var type = reader.Fields.Text("type", null, LongestName);
        if (StepTypes.Find(type) is not { } read)
        {
            reader.Fields.TakeAll();
            if (type.Length > 0) reader.Refuse("type", $"'{type}' is no type of step: it may be {string.Join(", ", StepTypes.All)}");
            return null;
        }

        var step = read(reader);
        (step.Targets, step.Texts, step.Conditions) = (StepTargets.Read(reader, step), reader.ReadTexts, reader.ReadConditions);
        return step;
    }

    private static Trigger TriggerOf(Fields fields, FlowNames names)
    {
        var trigger = fields.Object("trigger");
        var word = trigger.Text("on", null, LongestName);
        if (word.Length > 0 && Triggers.Find(word) is null) trigger.Refuse("on", $"'{word}' starts nothing: it may be {string.Join(", ", Triggers.All)}");
        if (word == "call.received") trigger.Refuse("on", "calls are not served yet");
        var when = trigger.Json("when") is { ValueKind: not JsonValueKind.Null } json ? Filter.Compile(json, names.Field, "trigger.when", names.Mistake) : null;
        return new Trigger(
            Triggers.Find(word) ?? TriggerWord.Api, trigger.OptionalText("channelKind", null, LongestName), trigger.OptionalText("channelId", null, LongestName),
            trigger.Flag("includeOptOut", false), trigger.Flag("includeAutomatic", false), when);
    }

    /// <summary>What variables hold when a run begins.</summary>
    public static IReadOnlyDictionary<string, JsonElement> VariablesIn(Fields fields)
    {
        var variables = new Dictionary<string, JsonElement>();
        if (fields.Json("variables") is not { } all || all.ValueKind == JsonValueKind.Null) return variables;
        if (all.ValueKind != JsonValueKind.Object || all.GetPropertyCount() > MostVariables) fields.Refuse("variables", $"must be an object with at most {MostVariables} entries");
        else
            foreach (var entry in all.EnumerateObject())
                if (!FlowNames.IsName(entry.Name)) fields.Refuse($"variables.{entry.Name}", FlowNames.Rule);
                else if (entry.Value.GetRawText().Length > LongestValue) fields.Refuse($"variables.{entry.Name}", $"may have at most {LongestValue} characters");
                else if (!JsonText.AreIn(entry.Value)) fields.Refuse($"variables.{entry.Name}", "has a text in it that is none");
                else variables[entry.Name] = entry.Value.Clone();
        return variables;
    }

    /// <summary>All names that any step may give a variable: conditions may ask for them before it is known whether they were set.</summary>
    private static HashSet<string> VariablesOf(JsonElement json)
    {
        var names = new HashSet<string>(NamesIn(json, "variables"));
        if (json.TryGetProperty("steps", out var steps) && steps.ValueKind == JsonValueKind.Object)
            foreach (var step in steps.EnumerateObject().Where(step => step.Value.ValueKind == JsonValueKind.Object))
                names.UnionWith(NamesIn(step.Value, "into").Concat(NamesIn(step.Value, "statusInto")).Concat(NamesIn(step.Value, "variables")).Concat(GroupsIn(step.Value)));
        return names;
    }

    private static IEnumerable<string> NamesIn(JsonElement step, string field) => !step.TryGetProperty(field, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String when JsonText.Of(value) is { } name => [name],
        JsonValueKind.Object => [.. value.EnumerateObject().Select(entry => entry.Name)],
        _ => [],
    };

    private static IEnumerable<string> GroupsIn(JsonElement step) =>
        step.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.String && JsonText.Of(pattern) is { } text ? MatchStep.GroupsOf(text) : [];
}
