using System.Text.Json;
using PPMessage.Contacts.Attributes;
using PPMessage.Flows.Definitions;
using PPMessage.Http;

namespace PPMessage.Flows.Simulation;

/// <summary>Reads a definition's own cases. Mistakes are collected with their place (<c>tests[0].given.events[1].after</c>). Pure.</summary>
internal static class FlowTestReader
{
    public const int Most = 50;

    private const int LongestName = 100;

    public static IReadOnlyList<FlowTest> Read(Fields fields)
    {
        if (fields.Json("tests") is not { ValueKind: not JsonValueKind.Null } list) return [];
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= Most)
            return [.. list.EnumerateArray().Select((test, i) => Read(fields.Item("tests", i, test), fields))];
        fields.Refuse("tests", $"must be a list of at most {Most} cases");
        return [];
    }

    // What attributes may hold is not asked: a case may be older than their definitions, and is still to be read.
    private static FlowTest Read(Fields test, Fields all)
    {
        var (name, given) = (test.Text("name", null, LongestName), ScriptReader.Read(test.Object("given"), KnownAttributes.None));
        var isStarted = given.Message is not null || !IsStartedByMessages(all);
        if (!isStarted) test.Refuse("given.message", "is required: a message starts this flow");
        if (!test.Has("expect")) test.Refuse("expect", "is required: say what is to come of it");
        return new FlowTest(name, given, ExpectationReader.Read(test.Object("expect")));
    }

    private static bool IsStartedByMessages(Fields fields) =>
        fields.Json("trigger") is { ValueKind: JsonValueKind.Object } trigger && trigger.TryGetProperty("on", out var on) && JsonText.Of(on) == Triggers.Word(TriggerWord.MessageReceived);
}
