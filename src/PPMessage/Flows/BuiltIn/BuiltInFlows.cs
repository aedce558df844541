using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Definitions;

namespace PPMessage.Flows.BuiltIn;

/// <summary>
/// The flows that every workspace has from its first start. They are ordinary flows, except that they lie in the program: nothing is written for them, and an admin copies
/// them (export, import) in order to change them. Whatever an admin starts for the same trigger takes their place, until it is stopped.
/// </summary>
internal sealed record BuiltInFlow(Flow Flow, FlowDefinition Definition, JsonElement Json)
{
    /// <summary>Fixed: their runs name them.</summary>
    private static readonly DateTimeOffset Made = DateTimeOffset.Parse("2026-12-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    public static BuiltInFlow Of(string id, string resource)
    {
        using var stream = typeof(BuiltInFlow).Assembly.GetManifestResourceStream($"PPMessage.Flows.BuiltIn.{resource}")!;
        using var document = JsonDocument.Parse(stream);
        var json = document.RootElement.Clone();
        var definition = FlowLibrary.Read(json, KnownAttributes.None, out var mistakes) ?? throw new InvalidOperationException($"{resource}: {string.Join("; ", mistakes.Select(one => $"{one.Key} {one.Value[0]}"))}");
        var flow = new Flow { Id = id, Name = definition.Name, Trigger = TriggerSummary.Of(definition.Trigger), Published = 1, LastVersion = 1, BuiltIn = true, CreatedAt = Made, UpdatedAt = Made };
        return new BuiltInFlow(flow, definition with { FlowId = id, Version = 1 }, json);
    }
}

internal static class BuiltInFlows
{
    public static readonly IReadOnlyList<BuiltInFlow> All =
    [
        BuiltInFlow.Of("fl_00000000000000000000000001", "sms.json"),
        BuiltInFlow.Of("fl_00000000000000000000000002", "email.json"),
    ];

    private static readonly Dictionary<string, BuiltInFlow> ById = All.ToDictionary(one => one.Flow.Id);
    private static readonly Dictionary<string, string> BySlot = All.ToDictionary(one => one.Flow.Trigger!.Slot!, one => one.Flow.Id);

    public static BuiltInFlow? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The id of the one that is started where nothing else is.</summary>
    public static string? InSlot(string slot) => BySlot.GetValueOrDefault(slot);
}
