using System.Text.Json;
using PPMessage.Http;

namespace PPMessage.Flows.Definitions;

/// <summary>Which step follows which outcome: <c>next</c> for the first one, <c>on</c> for any. JSON null: the flow ends there.</summary>
internal static class StepTargets
{
    public static IReadOnlyDictionary<string, string?> Read(StepReader reader, Step step)
    {
        var targets = new Dictionary<string, string?>();
        if (reader.Fields.Json("next") is { } next)
        {
            if (step.Outcomes.Count == 0) reader.Refuse("next", "nothing follows a step that ends the flow");
            else if (Target(reader, "next", next, out var target)) targets[step.Outcomes[0]] = target;
        }

        ReadOn(reader, step, targets);
        foreach (var missing in step.Outcomes.Where(outcome => !targets.ContainsKey(outcome)))
            reader.Refuse($"on.{missing}", $"is missing: say which step follows when '{reader.Name}' is {missing}, or null to end the flow there");
        return targets;
    }

    private static void ReadOn(StepReader reader, Step step, Dictionary<string, string?> targets)
    {
        if (reader.Fields.Json("on") is not { } on || on.ValueKind == JsonValueKind.Null) return;
        if (on.ValueKind != JsonValueKind.Object)
        {
            reader.Refuse("on", "must be an object of steps by outcome");
            return;
        }

        List<string> known = [.. step.Outcomes, .. step.Refinements, Step.Failed];
        foreach (var entry in on.EnumerateObject())
            if (!known.Contains(entry.Name)) reader.Refuse($"on.{entry.Name}", $"is no outcome of a step of the type {step.Type}: it has {string.Join(", ", known)}");
            else if (targets.ContainsKey(entry.Name)) reader.Refuse($"on.{entry.Name}", "is said twice: next stands for the same outcome");
            else if (Target(reader, $"on.{entry.Name}", entry.Value, out var target)) targets[entry.Name] = target;
    }

    private static bool Target(StepReader reader, string field, JsonElement value, out string? target)
    {
        target = value.ValueKind == JsonValueKind.String ? JsonText.Of(value) : null;
        if (target is not null || value.ValueKind == JsonValueKind.Null) return true;
        reader.Refuse(field, "must be the name of a step, or null to end the flow there");
        return false;
    }
}
