using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Work;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(Page<DeadLetter>))]
internal sealed partial class DeadLettersJson : JsonSerializerContext
{
    static DeadLettersJson() => Default = new DeadLettersJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
