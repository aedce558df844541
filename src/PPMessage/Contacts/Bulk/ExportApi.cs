using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using PPMessage.Agents;
using PPMessage.Audit;
using PPMessage.Contacts.Attributes;
using PPMessage.Http;

namespace PPMessage.Contacts.Bulk;

/// <summary>
/// <c>GET /api/contacts/export</c>: all contacts, bucket by bucket, page by page, in flat memory. One that is changed meanwhile is told as it was or as it is.
/// An answer that breaks off is not whole: the client sees that its end is missing.
/// </summary>
internal sealed class ExportApi(ContactStore contacts, AttributeDirectory attributes, AuditLog audit, TimeProvider time)
{
    private const int PageRows = 500;

    public async Task<IResult> ExportAsync(HttpContext context, CancellationToken cancellation)
    {
        var (format, bom) = (context.Request.Query["format"].ToString(), context.Request.Query["bom"].ToString());
        if (format is not ("" or "ndjson" or "csv")) return Problems.Invalid("format", "must be ndjson or csv");
        if (bom is not ("" or "true" or "false")) return Problems.Invalid("bom", "must be true or false");
        await audit.WriteAsync(context.Caller().Key, "contacts.exported", "contacts", format.Length == 0 ? "ndjson" : format);
        var response = context.Response;
        var isTable = format == "csv";
        response.ContentType = isTable ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"contacts-{time.GetUtcNow():yyyy-MM-dd}.{(isTable ? "csv" : "ndjson")}\"";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!isTable) return new Streamed(pipe => WriteAsync(pipe, Line, cancellation));
        var table = new ExportTable(await attributes.KnownAsync(cancellation));
        return new Streamed(pipe => WriteTableAsync(pipe, table, bom != "false", cancellation));
    }

    private async Task WriteTableAsync(PipeWriter destination, ExportTable table, bool bom, CancellationToken cancellation)
    {
        if (bom) Write(destination, Encoding.UTF8.Preamble);
        Write(destination, Encoding.UTF8.GetBytes(table.Heading));
        await WriteAsync(destination, contact => Encoding.UTF8.GetBytes(table.Row(contact)), cancellation);
    }

    private async Task WriteAsync(PipeWriter destination, Func<Contact, byte[]> row, CancellationToken cancellation)
    {
        foreach (var bucket in ContactKeys.AllBuckets())
        {
            string? after = null;
            do
            {
                var page = await contacts.BucketAsync(bucket, after, PageRows, cancellation);
                var found = page.Rows.Select(stored => stored.As(ContactsJson.Default.Contact)).ToList();
                foreach (var contact in found.Where(contact => contact.IsLive)) Write(destination, row(contact));
                after = page.More ? found[^1].Id : null;
                if ((await destination.FlushAsync(cancellation)).IsCompleted) return;
            }
            while (after is not null);
        }
    }

    private static byte[] Line(Contact contact) => [.. JsonSerializer.SerializeToUtf8Bytes(ExportLine.Of(contact), ExportJson.Default.ExportLine), (byte)'\n'];

    private static void Write(PipeWriter destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination.GetSpan(bytes.Length));
        destination.Advance(bytes.Length);
    }

    private sealed class Streamed(Func<PipeWriter, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext.Response.BodyWriter);
    }
}

/// <summary>A contact as a line that can be imported again: what it has not is left out.</summary>
internal sealed record ExportLine(
    string Id, string? Name, IReadOnlyList<string> Phones, IReadOnlyList<string> Emails, string? ExternalId, IReadOnlyDictionary<string, JsonElement> Attributes,
    IReadOnlyList<string> Tags, string? TimeZone, string? Locale, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static ExportLine Of(Contact c) => new(c.Id, c.Name, c.Phones, c.Emails, c.ExternalId, c.Attributes, c.Tags, c.TimeZone, c.Locale, c.CreatedAt, c.UpdatedAt);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(ExportLine))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    static ExportJson() => Default = new ExportJson(ReadableJson.Of(Default.GeneratedSerializerOptions!));
}
