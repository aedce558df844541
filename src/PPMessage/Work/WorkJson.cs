using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Work;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(WorkEnvelope))]
[JsonSerializable(typeof(WorkMessage))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class WorkJson : JsonSerializerContext
{
    static WorkJson() => Default = new WorkJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
