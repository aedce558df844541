using System.Text.Json;
using PPMessage.Flows.Simulation;

namespace PPMessage.Tests.Flows.Simulation;

/// <summary>What a simulation and what really happened have to have in common, line by line: all of it but what the simulator adds for people (notes, warnings, where a run is parked).</summary>
internal static class Likeness
{
    public static IReadOnlyList<string> Of(SimulationView played) => Of(JsonSerializer.SerializeToElement(played, SimulationJson.Default.SimulationView));

    public static IReadOnlyList<string> Of(JsonElement played) =>
    [
        .. new[] { "state", "reason", "error", "value", "endedAt" }.Select(name => $"{name}: {Shown(played.GetProperty(name))}"),
        .. new[] { "variables", "conversation", "contact" }.Select(name => $"{name}: {Sorted(played.GetProperty(name))}"),
        // The clock of a test stands still: of one moment they lie in any order. In which they were said, the steps tell.
        .. played.GetProperty("texts").EnumerateArray().Select(text => $"said: {Shown(text)}").Order(StringComparer.Ordinal),
        .. played.GetProperty("trace").EnumerateArray().Where(IsStep).Select(entry => $"step: {StepOf(entry)}"),
    ];

    /// <summary>Null: they are alike.</summary>
    public static string? Difference(IReadOnlyList<string> simulated, IReadOnlyList<string> happened)
    {
        if (simulated.SequenceEqual(happened)) return null;
        var only = simulated.Except(happened).Select(line => $"  simulated {line}").Concat(happened.Except(simulated).Select(line => $"  happened  {line}")).ToList();
        return string.Join('\n', only.Count > 0 ? only : [.. simulated.Select(line => $"  simulated {line}"), "  and the same happened in another order, or not as often:", .. happened.Select(line => $"  happened  {line}")]);
    }

    // What is before the first step, or says no more than that the run is parked, stands in no history.
    private static bool IsStep(JsonElement entry)
    {
        var isParked = entry.GetProperty("waitsUntil").ValueKind == JsonValueKind.String && entry.GetProperty("outcome").ValueKind == JsonValueKind.Null && entry.GetProperty("texts").GetArrayLength() == 0;
        return !isParked && entry.GetProperty("visit").GetInt32() > 0;
    }

    private static string StepOf(JsonElement entry) => string.Join(' ', new[] { "visit", "at", "flow", "step", "outcome", "next", "error", "texts", "findings" }.Select(name => Shown(entry.GetProperty(name))));

    private static string Sorted(JsonElement value) => value.ValueKind != JsonValueKind.Object ? Shown(value)
        : string.Join(' ', value.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(property => $"{property.Name}={Sorted(property.Value)}"));

    private static string Shown(JsonElement value) => value.GetRawText();
}
