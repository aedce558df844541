using System.Text.Json;
using System.Text.Json.Serialization;
using PPMessage.Audit;
using PPMessage.Http;

namespace PPMessage.Segments;

/// <summary>A filter over contacts that has a name. Whom it finds is asked anew each time: nobody is noted to be in it.</summary>
/// <param name="Filter">As it was written; it compiled then.</param>
internal sealed record Segment(string Id, string Name, string? Description, JsonElement Filter, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version = 1)
{
    public const string IdPrefix = "sg_";
}

/// <summary>A segment as the API shows it.</summary>
/// <param name="CreatedAt">Null, as <paramref name="UpdatedAt"/>: it is built in.</param>
internal sealed record SegmentView(
    string Id, string Name, string? Description, [property: Schema("""{"type":"object"}""")] JsonElement Filter, bool BuiltIn, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt)
{
    public static SegmentView Of(Segment segment) => BuiltInSegments.Find(segment.Id) is null
        ? new(segment.Id, segment.Name, segment.Description, segment.Filter, false, segment.CreatedAt, segment.UpdatedAt)
        : new(segment.Id, segment.Name, segment.Description, segment.Filter, true, null, null);
}

/// <summary>What of a segment the audit log tells before and after.</summary>
internal sealed record SegmentAudit(string Name, string? Description, string Filter)
{
    public static IReadOnlyDictionary<string, AuditChange> Between(Segment? before, Segment? after) => AuditChanges.Between(Of(before), Of(after), SegmentsJson.Default.SegmentAudit);

    // As a text, which is cut where it is long: its parts have no names.
    private static SegmentAudit? Of(Segment? segment) => segment is null ? null : new(segment.Name, segment.Description, JsonSerializer.Serialize(segment.Filter, SegmentsJson.Default.JsonElement));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTime), typeof(Words<Filters.FieldType>)])]
[JsonSerializable(typeof(Segment))]
[JsonSerializable(typeof(SegmentView))]
[JsonSerializable(typeof(SegmentAudit))]
[JsonSerializable(typeof(Page<SegmentView>))]
[JsonSerializable(typeof(Page<FieldView>))]
[JsonSerializable(typeof(PreviewView))]
internal sealed partial class SegmentsJson : JsonSerializerContext
{
    static SegmentsJson() => Default = new SegmentsJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
