using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Http;

namespace PPMessage.Contacts.Bulk;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime), typeof(Words<ImportState>)])]
[JsonSerializable(typeof(ImportJob))]
[JsonSerializable(typeof(RefusedRow))]
[JsonSerializable(typeof(ImportKey))]
[JsonSerializable(typeof(ImportWork))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(StartedLine))]
[JsonSerializable(typeof(ProgressLine))]
[JsonSerializable(typeof(RefusedLine))]
[JsonSerializable(typeof(DoneLine))]
[JsonSerializable(typeof(Page<ImportView>))]
[JsonSerializable(typeof(Page<RefusedRow>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, JsonElement>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class BulkJson : JsonSerializerContext
{
    static BulkJson() => Default = new BulkJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
