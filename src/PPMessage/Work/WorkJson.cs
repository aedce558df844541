using System.Text.Encodings.Web;
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
    // Chinese text stays as it is: escaped it would be twice as long, and queue messages are small.
    static WorkJson() => Default = new WorkJson(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
