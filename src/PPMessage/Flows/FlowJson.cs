using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PPMessage.Flows.Runs;
using PPMessage.Http;

namespace PPMessage.Flows;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(UtcTime), typeof(Words<RunState>), typeof(Words<WaitKind>)])]
[JsonSerializable(typeof(Flow))]
[JsonSerializable(typeof(FlowSlot))]
[JsonSerializable(typeof(FlowText))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(Waiter))]
[JsonSerializable(typeof(OverRun))]
[JsonSerializable(typeof(RunHistory))]
[JsonSerializable(typeof(RunEntry))]
[JsonSerializable(typeof(RunWork))]
[JsonSerializable(typeof(TriggerWork))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class FlowJson : JsonSerializerContext
{
    static FlowJson() => Default = new FlowJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
