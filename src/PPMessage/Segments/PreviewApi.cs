using Microsoft.AspNetCore.Http;
using PPMessage.Filters;
using PPMessage.Http;

namespace PPMessage.Segments;

/// <summary>What a filter can ask for, as the API shows it.</summary>
/// <param name="Choices">Left out where any value may be asked for.</param>
internal sealed record FieldView(
    string Name, FieldType Type, IReadOnlyList<string> Operators,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Choices)
{
    public static FieldView Of(Field field) => new(field.Name, field.Type, [.. Operator.All.Where(op => op.Allows(field.Type)).Select(op => op.Name)], field.Choices);
}

/// <summary>For whoever writes a filter: <c>POST /api/segments/preview</c> says whom it finds, <c>GET /api/segments/fields</c> what it can ask for.</summary>
internal sealed class PreviewApi(SegmentMembership membership, Preview preview)
{
    private const int LongestId = 100;

    public async Task<IResult> PreviewAsync(HttpContext context, CancellationToken cancellation)
    {
        var body = await Body.ReadFieldsAsync(context, cancellation: cancellation);
        if (!body.Ok(out var fields, out var problem)) return problem;
        var segment = await CompiledAsync(fields, cancellation);
        if (fields.Problem() is { } mistakes) return mistakes;
        return TypedResults.Json(await preview.RunAsync(segment!, cancellation), SegmentsJson.Default.PreviewView);
    }

    public async Task<IResult> FieldsAsync(CancellationToken cancellation) =>
        TypedResults.Json(new Page<FieldView>([.. (await membership.FieldsAsync(cancellation)).Select(FieldView.Of)], null), SegmentsJson.Default.PageFieldView);

    private async Task<CompiledSegment?> CompiledAsync(Fields fields, CancellationToken cancellation)
    {
        var (filter, id) = (fields.Json("filter"), fields.OptionalText("segmentId", null, LongestId));
        if (filter is null == id is null)
        {
            fields.Refuse("filter", filter is null ? "is required, or 'segmentId'" : "can't stand beside 'segmentId'");
            return null;
        }

        if (filter is { } written) return await membership.CompileAsync(written, "filter", fields.Refuse, cancellation);
        var segment = await membership.CompileAsync(id!, cancellation);
        if (segment is null) fields.Refuse("segmentId", "there is no such segment");
        return segment;
    }
}
